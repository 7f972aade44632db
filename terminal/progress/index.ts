import { plainRenderer } from "./plain";
import { terminalRenderer } from "./animated";
import { elapsed, type Output, type Progress, type Renderer, type Step } from "./progress";

export { elapsed } from "./progress";
export type { Output, Progress, Step } from "./progress";

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
