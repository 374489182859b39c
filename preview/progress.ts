/** Tells on a terminal that something goes on; says nothing where none is. */
export interface Progress {
  /** Replaces the line. */
  readonly say: (text: string) => void;
  /** Takes the line away. */
  readonly done: () => void;
}

/** Time between two drawings, ms: a terminal takes no more, and the run should not wait for it. */
const interval = 80;

/** Progress on one line of `stream`. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) {
    return { say: () => undefined, done: () => undefined };
  }
  // bound now: a run takes the streams away from the program, and so would it from this
  const write = stream.write.bind(stream);
  let drawn = 0;
  return {
    say: (text) => {
      const now = Date.now();
      if (now - drawn >= interval) {
        drawn = now;
        write(`\r\u001b[2K${text.slice(0, widthOf(stream) - 1)}`);
      }
    },
    done: () => {
      write("\r\u001b[2K");
    },
  };
}

/** Columns of what is written to: some terminals say 0, and a pipe says nothing. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY && stream.columns > 0 ? stream.columns : plainWidth;
}

const plainWidth = 100;
