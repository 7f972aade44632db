import { plainRenderer } from "./plain";
import { terminalRenderer } from "./animated";

/** A running step of {@link Progress}. */
export interface Step {
    /** Says what the step is at, e.g. `building kube-apiserver`; shown with the elapsed time. */
    update(detail: string): void;
}

/** Tells the user what happens: one line a step, with its elapsed time. */
export interface Progress {
    /**
     * Runs `work` as a step: its line is printed as done when `work` resolves, as failed when it rejects.
     * A step that begins while another one runs shows as that one's detail.
     */
    step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
    /** Prints one line of its own, e.g. which way was taken. */
    note(line: string): void;
}

/** Shows one step; what differs between a terminal and a log file. */
export interface Renderer {
    /** Runs one step and shows it until it ends. */
    step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
    /** Prints one line; a running step goes on below it. */
    note(line: string): void;
}

/** What a renderer writes to; `process.stdout` is one. */
export interface Output {
    /** Writes a text as it is. */
    write(text: string): unknown;
    /** Whether lines can be overwritten. */
    isTTY?: boolean;
    /** Width of the terminal. */
    columns?: number;
}

/** A duration for people: `0.4 s`, `45 s`, `3 min 5 s`. */
export function elapsed(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    if (seconds < 10) {
        return `${seconds.toFixed(1)} s`;
    }
    const whole = Math.round(seconds);
    return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** An inner step longer than this leaves a line of its own, in milliseconds. */
const INNER_LINE_MS = 2_000;

/** Adds nesting to a renderer: an inner step is a detail of the outer one, and a line when it took long. */
function nesting(renderer: Renderer): Progress {
    let outer: Step | undefined;
    return {
        async step(title, work) {
            if (outer === undefined) {
                try {
                    return await renderer.step(title, (step) => {
                        outer = step;
                        return work(step);
                    });
                } finally {
                    outer = undefined;
                }
            }
            const start = performance.now();
            outer.update(title);
            const result = await work(outer);
            const took = performance.now() - start;
            if (took > INNER_LINE_MS) {
                renderer.note(`     ${title} (${elapsed(took)})`);
            }
            return result;
        },
        note: (line) => {
            renderer.note(line);
        },
    };
}

/**
 * Progress for the output at hand: a line that ticks on a terminal, plain lines in a log.
 * @param output Default: standard output.
 * @param env Any non-empty `CI` other than `false` asks for plain lines, and so does `TERM=dumb`.
 */
export function createProgress(output: Output = process.stdout, env: NodeJS.ProcessEnv = process.env): Progress {
    const ci = env.CI !== undefined && env.CI !== "" && env.CI !== "false";
    const terminal = output.isTTY === true && !ci && env.TERM !== "dumb";
    return nesting(terminal ? terminalRenderer(output) : plainRenderer(output));
}
