import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { SecondFactorSetup } from "@/customers/components/settings/SecondFactorSetup";
import { sessionQuery } from "@/lib/sessionService";
import { Entrance } from "./Entrance";
import { cameFrom } from "./SignIn";

/** Has somebody whose role needs it set up a second factor, before anything else. */
export default function SecondFactor() {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const location = useLocation();
  const queries = useQueryClient();
  const enter = async () => {
    await queries.refetchQueries({ queryKey: sessionQuery().queryKey });
    await navigate(cameFrom(location.state), { replace: true });
  };
  return (
    <Entrance title={t("secondFactor.title")} lead={t("secondFactor.lead")}>
      <SecondFactorSetup onDone={() => void enter()} />
    </Entrance>
  );
}
