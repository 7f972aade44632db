import { parseArguments, USAGE, UsageError } from "./arguments";
import { down } from "./down";
import { createProgress, type Progress } from "./progress";
import { status } from "./status";
import { summary } from "./summary";
import { up } from "./up";

/** `npm run local`: exit code 0 done, 1 failed or a smoke check failed, 2 wrong arguments. */
async function main(argv: readonly string[]): Promise<number> {
    const started = performance.now();
    const { command, stack } = parseArguments(argv);
    const progress = createProgress();
    switch (command) {
        case "help":
            console.log(USAGE);
            return 0;
        case "status":
            console.log(await status());
            return 0;
        case "down":
            await down(progress);
            return 0;
        case "up":
            return upAndCheck(stack, progress, started);
    }
}

async function upAndCheck(stack: string, progress: Progress, started: number): Promise<number> {
    const running = await up(stack, progress);
    const { runSmoke } = await import("../test/smoke");
    const result = await progress.step("Smoke tests", () => runSmoke(running));
    console.log(summary(stack, running, `${result.passed} checks passed`, performance.now() - started));
    return result.failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        console.error(`\n${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = error instanceof UsageError ? 2 : 1;
    },
);
