import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useState } from "react";

const ConfirmDialog = lazy(() => import("./ConfirmDialog"));

export interface Question {
  title: string;
  children?: ReactNode;
  /** What the button says: the deed itself ("Revoke key"), never "OK". */
  confirm: string;
  /** Whether it takes something away for good. */
  isDangerous?: boolean;
}

type Ask = (question: Question) => Promise<boolean>;

const ConfirmContext = createContext<Ask>(() => Promise.resolve(false));

/** Gives a function that asks before a deed, and resolves to whether the person agreed. */
export function useConfirm(): Ask {
  return useContext(ConfirmContext);
}

/** Hosts the one confirmation dialog of the console. */
export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ question: Question; answer: (agreed: boolean) => void } | null>(null);
  const ask = useCallback<Ask>((question) => new Promise((answer) => setAsked({ question, answer })), []);
  const settle = (agreed: boolean) => {
    asked?.answer(agreed);
    setAsked(null);
  };
  return (
    <ConfirmContext value={ask}>
      {children}
      {asked ? (
        <Suspense fallback={null}>
          <ConfirmDialog question={asked.question} settle={settle} />
        </Suspense>
      ) : null}
    </ConfirmContext>
  );
}
