import { elapsed, type Output, type Renderer } from "./progress";

/** Milliseconds between two redraws of the elapsed time. */
const TICK_MS = 1_000;

/** Columns to draw in where the terminal does not report any: some pseudo-terminals report 0. */
const DEFAULT_COLUMNS = 80;

/** Goes to the start of the line and clears it. */
const CLEAR_LINE = "\r\u001B[K";

/** Fits a line into a terminal, so that it can be overwritten: a wrapped line would stay. */
export function fitLine(line: string, suffix: string, columns: number | undefined): string {
    const room = (columns === undefined || columns < 20 ? DEFAULT_COLUMNS : columns) - suffix.length - 1;
    const text = Array.from(line);
    return (text.length > room ? `${text.slice(0, room - 1).join("")}…` : line) + suffix;
}

/**
 * Progress on a terminal: one line that ticks while a step runs and stays when it ends.
 * The cursor stays visible and no key is read, so an interrupt at any moment leaves the terminal as it was.
 */
export function terminalRenderer(output: Output): Renderer {
    let draw: () => void = () => undefined;
    return {
        async step(title, work) {
            const start = performance.now();
            let detail = title;
            const since = () => ` (${elapsed(performance.now() - start)})`;
            draw = () => {
                output.write(CLEAR_LINE + fitLine(`… ${detail}`, since(), output.columns));
            };
            draw();
            const ticker = setInterval(() => {
                draw();
            }, TICK_MS);
            let mark = "✗";
            try {
                const result = await work({
                    update: (next) => {
                        detail = next;
                        draw();
                    },
                });
                mark = "✓";
                return result;
            } finally {
                clearInterval(ticker);
                draw = () => undefined;
                output.write(`${CLEAR_LINE}${fitLine(`${mark} ${title}`, since(), output.columns)}\n`);
            }
        },
        note: (line) => {
            output.write(`${CLEAR_LINE}${line}\n`);
            draw();
        },
    };
}
