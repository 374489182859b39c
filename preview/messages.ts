/** A line that the program printed or logged. */
export interface Message {
  readonly level: "output" | "warning" | "error";
  readonly text: string;
}

/** How the SDK's logger marks its lines when there is no engine to take them. */
const marks: readonly (readonly [mark: string, level: Message["level"]])[] = [
  ["warning: [runtime] ", "warning"],
  ["error: [runtime] ", "error"],
  ["info: [runtime] ", "output"],
];

/**
 * Runs `work` and answers what it printed and logged meanwhile. Standard output is the report's: what the program prints
 * goes to standard error where `echo` says so, and nowhere else.
 */
export async function listening<T>(
  work: () => Promise<T>,
  echo: boolean,
): Promise<{ readonly value: T; readonly messages: readonly Message[] }> {
  const messages: Message[] = [];
  const writeError = process.stderr.write.bind(process.stderr);
  const take = (chunk: string | Uint8Array): boolean => {
    const message = messageOf(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    messages.push(message);
    if (echo && message.level === "output") {
      writeError(`${message.text}\n`);
    }
    return true;
  };
  const restore = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write.bind(stream);
    stream.write = take;
    return () => {
      stream.write = write;
    };
  });
  try {
    return { value: await work(), messages };
  } finally {
    for (const undo of restore) {
      undo();
    }
  }
}

function messageOf(text: string): Message {
  const [mark = "", level = "output"] = marks.find(([start]) => text.startsWith(start)) ?? [];
  return { level, text: text.slice(mark.length).trimEnd() };
}
