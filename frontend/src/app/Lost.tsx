import { Button } from "@mantine/core";
import { IconToolsKitchen2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useDocumentTitle } from "@/ui/Page";
import { EmptyState } from "@/ui/states";

/** There is no such page. */
export function Lost() {
  const { t } = useTranslation();
  useDocumentTitle(t("lost.title"));
  return (
    <EmptyState
      title={t("lost.title")}
      icon={IconToolsKitchen2}
      action={
        <Button component={Link} to="/" variant="default">
          {t("lost.home")}
        </Button>
      }
    >
      {t("lost.detail")}
    </EmptyState>
  );
}
