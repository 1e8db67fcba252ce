import { MantineProvider } from "@mantine/core";
import { useForm } from "@mantine/form";
import { TextInput } from "@mantine/core";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { ProblemError, UnreachableError } from "@/lib/problem";
import { Chart } from "./Chart";
import { ConfirmProvider, useConfirm } from "./confirm";
import { type Column, DataTable, type PageOfRows } from "./DataTable";
import { ProblemForm } from "./ProblemForm";
import { EmptyState } from "./states";

interface Dish {
  id: string;
  name: string;
}

const columns: Column<Dish>[] = [{ id: "name", header: "Name", cell: ({ row }) => row.original.name }];

function show(content: ReactNode) {
  render(
    <MantineProvider env="test">
      <MemoryRouter>
        <ConfirmProvider>{content}</ConfirmProvider>
      </MemoryRouter>
    </MantineProvider>,
  );
}

function table(page: Partial<PageOfRows<Dish>>) {
  const whole = { error: null, refetch: () => undefined, ...page };
  show(<DataTable label="Dishes" columns={columns} page={whole} rowId={({ id }) => id} card={({ name }) => name} empty={<EmptyState title="No dishes" />} />);
}

test("a list that is on its way holds its place and says so", () => {
  table({});
  expect(screen.getByRole("status")).toHaveTextContent("Loading");
  expect(screen.getByRole("table", { name: "Dishes" })).toBeInTheDocument();
});

test("an empty list says what it is empty of", () => {
  table({ data: { items: [] } });
  expect(screen.getByText("No dishes")).toBeVisible();
});

test("a list that could not be fetched says why, and can be asked for again", async () => {
  let asked = 0;
  table({ error: new UnreachableError(new TypeError("no network")), refetch: () => (asked += 1) });
  expect(screen.getByRole("alert")).toHaveTextContent("No connection");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(asked).toBe(1);
});

test("a refusal is not offered again", () => {
  table({ error: new ProblemError(403, { title: "Forbidden", detail: "Owners only." }) });
  expect(screen.getByRole("alert")).toHaveTextContent("Owners only.");
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
});

test("a list with rows shows them", () => {
  table({ data: { items: [{ id: "1", name: "Ossobuco" }] } });
  expect(screen.getByRole("cell", { name: "Ossobuco" })).toBeVisible();
});

function GuestName({ refusal }: { refusal: unknown }) {
  const form = useForm({ initialValues: { name: "", emails: [] as string[] } });
  return (
    <ProblemForm form={form} onSubmit={() => Promise.reject(refusal)}>
      {() => (
        <>
          <TextInput label="Name" {...form.getInputProps("name")} />
          <TextInput label="E-mails" error={form.errors.emails} />
          <button type="submit">Send</button>
        </>
      )}
    </ProblemForm>
  );
}

test("a refusal stands on the fields it names, what has no field above them, and the first has the focus", async () => {
  const errors = { name: ["Too long."], "emails.0.address": ["Not an address."], zone: ["Unknown."] };
  show(<GuestName refusal={new ProblemError(422, { detail: "Two fields are wrong.", errors })} />);
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByText("Too long.")).toBeVisible();
  expect(screen.getByText("Not an address.")).toBeVisible();
  expect(screen.getByRole("alert")).toHaveTextContent("Two fields are wrong.zone: Unknown.");
  await waitFor(() => expect(document.activeElement).toHaveAttribute("data-form-summary"));
});

function Deed({ onDone }: { onDone: (agreed: boolean) => void }) {
  const confirm = useConfirm();
  return (
    <button type="button" onClick={() => void confirm({ title: "Revoke the key?", confirm: "Revoke key", isDangerous: true }).then(onDone)}>
      Start
    </button>
  );
}

test.each([
  ["Revoke key", true],
  ["Cancel", false],
])("a dangerous deed is asked about: %s", async (button, agreed) => {
  const answers: boolean[] = [];
  show(<Deed onDone={(answer) => answers.push(answer)} />);
  await userEvent.click(screen.getByRole("button", { name: "Start" }));
  await userEvent.click(await screen.findByRole("button", { name: button }));
  await waitFor(() => expect(answers).toEqual([agreed]));
});

test("a chart's figures are there as a table", () => {
  const points = [{ at: "March", values: { visits: 12 } }];
  show(<Chart label="Visits by month" kind="bar" points={points} series={[{ name: "visits", label: "Visits" }]} over="Month" />);
  expect(screen.getByRole("table", { name: "Visits by month" })).toHaveTextContent("MonthVisitsMarch12");
});
