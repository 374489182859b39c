import { at, textAt } from "../json";
import type { Github } from "./github";
import { codeBlock, maxBody, withoutSecrets } from "./markdown";

/** What a preview of one stack printed. */
export interface PreviewText {
  /** Name of the stack. */
  readonly stack: string;
  /** Its exit status: 0 where it may be carried out. */
  readonly status: number;
  readonly text: string;
}

/** By what our own comment is known among others. */
export const commentMarker = "<!-- groundwork: preview -->";

/** Who may have written it: the workflow's own token. Anybody can write a comment with our marker. */
const author = "github-actions[bot]";

/** The comment on a pull request: each stack's preview, folded. */
export function previewComment(previews: readonly PreviewText[], commit: string, url?: string): string {
  const heading = [
    commentMarker,
    `### What this would change (${commit.slice(0, 10)})`,
    ...(url === undefined ? [] : [`[The whole of it](${url}).`]),
    ...(previews.length === 0 ? ["No stack: what changed reaches none."] : []),
  ].join("\n\n");
  const about = (preview: PreviewText) =>
    `<details><summary>${preview.status === 0 ? "✅" : "❌"} <code>${escaped(preview.stack)}</code>${preview.status === 0 ? "" : `: exit status ${preview.status}`}</summary>\n\n`;
  const end = "\n\n</details>";
  // what is left after everything that is not a preview's own text, the same for each
  const around = previews.reduce((sum, preview) => sum + about(preview).length + end.length + 2, 0);
  const each = Math.floor((maxBody - heading.length - around) / Math.max(1, previews.length));
  return [
    heading,
    ...previews.map((preview) => `${about(preview)}${codeBlock(withoutSecrets(preview.text), each)}${end}`),
  ].join("\n\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Writes the comment, in place of the one that was there. */
export async function putComment(
  github: Github,
  pullRequest: number,
  body: string,
): Promise<"made" | "updated"> {
  const comments = await github.list(`issues/${pullRequest}/comments`);
  const own = comments.find(
    (comment) =>
      textAt(comment, "user", "login") === author &&
      textAt(comment, "body")?.startsWith(commentMarker) === true,
  );
  const id = at(own, "id");
  if (typeof id === "number") {
    await github.send("PATCH", `issues/comments/${id}`, { body });
    return "updated";
  }
  await github.send("POST", `issues/${pullRequest}/comments`, { body });
  return "made";
}
