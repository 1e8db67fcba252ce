import { CloseButton, TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface SearchFieldProps extends Omit<TextInputProps, "value" | "onChange"> {
  value: string;
  /** Called once the typing pauses. */
  onSearch: (text: string) => void;
}

const PAUSE_MS = 220;

/** A field that searches while one types. */
export function SearchField({ value, onSearch, ...rest }: SearchFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const [sent, setSent] = useState(value);
  const [known, setKnown] = useState(value);
  const search = useDebouncedCallback((asked: string) => {
    setSent(asked);
    onSearch(asked);
  }, PAUSE_MS);
  if (value !== known) {
    setKnown(value);
    if (value !== sent) setText(value); // changed elsewhere ("show all", the browser's back), not by an echo of our typing
    setSent(value);
  }
  const type = (next: string) => {
    setText(next);
    search(next.trim());
  };
  return (
    <TextInput
      type="search"
      autoComplete="off"
      spellCheck={false}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={text ? <CloseButton size="sm" aria-label={t("actions.clear")} onClick={() => type("")} /> : null}
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
      styles={{ input: { WebkitAppearance: "none" } }}
      {...rest}
    />
  );
}
