import { Alert, List, Stack, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError, UnreachableError } from "@/lib/problem";

interface ProblemFormProps<Values extends object> {
  form: UseFormReturnType<Values>;
  /** Sends the values; what it throws is shown: on the fields it names, the rest above the form. */
  onSubmit: (values: Values) => Promise<unknown>;
  /** Gives the fields and, last, the buttons. */
  children: (isSending: boolean) => ReactNode;
  /** Says in better words what a problem means here; undefined leaves the API's own. */
  explain?: (problem: ProblemError) => string | undefined;
}

/** A form that shows the API's refusals where they belong, and puts the focus on the first. */
export function ProblemForm<Values extends object>({ form, onSubmit, children, explain }: ProblemFormProps<Values>) {
  const { t } = useTranslation();
  const element = useRef<HTMLFormElement>(null);
  const [isSending, setSending] = useState(false);
  const [summary, setSummary] = useState<{ text: string; others: string[] } | null>(null);

  const focusFirst = () =>
    requestAnimationFrame(() => {
      const first = element.current?.querySelector<HTMLElement>("[aria-invalid='true'], [data-form-summary]");
      first?.focus();
    });

  const show = (error: unknown) => {
    if (error instanceof ProblemError) {
      const { fields, others } = placed(error, form.getValues());
      form.setErrors(fields);
      setSummary({ text: explain?.(error) ?? error.message, others });
    } else {
      setSummary({ text: error instanceof UnreachableError ? t("states.unreachableDetail") : t("states.brokenDetail"), others: [] });
    }
    focusFirst();
  };

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setSummary(null);
    if (form.validate().hasErrors) return focusFirst();
    setSending(true);
    try {
      await onSubmit(form.getValues());
    } catch (error) {
      show(error);
    } finally {
      setSending(false);
    }
  };

  return (
    <form ref={element} onSubmit={(event) => void send(event)} noValidate>
      <Stack>
        {summary ? (
          <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} data-form-summary tabIndex={-1}>
            <Text size="sm">{summary.text}</Text>
            {summary.others.length ? (
              <List size="sm" mt="xs">
                {summary.others.map((each) => (
                  <List.Item key={each}>{each}</List.Item>
                ))}
              </List>
            ) : null}
          </Alert>
        ) : null}
        {children(isSending)}
      </Stack>
    </form>
  );
}

/** Sorts a problem's complaints: those of a field of the form go there (an item's to its list), the others are listed. */
function placed(error: ProblemError, values: object): { fields: Record<string, string>; others: string[] } {
  const fields: Record<string, string> = {};
  const others: string[] = [];
  for (const [path, texts] of Object.entries(error.fields)) {
    const root = path.split(".")[0] ?? path;
    const place = isFieldOf(values, path) ? path : root in values ? root : "";
    if (place) fields[place] = [fields[place], ...texts].filter(Boolean).join(" ");
    else others.push(`${path}: ${texts.join(" ")}`);
  }
  return { fields, others };
}

function isFieldOf(values: object, path: string): boolean {
  return path.split(".").reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], values) !== undefined;
}
