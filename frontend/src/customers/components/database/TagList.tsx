import { Badge, Group } from "@mantine/core";

const SHOWN = 4;

/** A guest's tags, the first few of them. */
export function TagList({ tags, shown = SHOWN }: { tags: string[] | undefined; shown?: number }) {
  if (!tags?.length) return null;
  const more = tags.length - shown;
  return (
    <Group gap={6}>
      {tags.slice(0, shown).map((tag) => (
        <Badge key={tag} color={tag.toLowerCase() === "vip" ? "brass" : "gray"}>
          {tag}
        </Badge>
      ))}
      {more > 0 ? <Badge color="gray">{`+${more}`}</Badge> : null}
    </Group>
  );
}
