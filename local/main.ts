import { type LocalArguments, parseArguments, USAGE } from "./arguments";
import { exitWith } from "../terminal/commandLine";
import { down } from "./down";
import { failureText, runSmoke } from "../smoke";
import { createProgress, type Progress } from "../terminal/progress";
import { status } from "./status";
import { summary } from "./summary";
import { up } from "./up";

/** `npm run local`: exit code 0 done, 1 failed or a smoke check failed, 2 wrong arguments. */
async function main(argv: readonly string[]): Promise<number> {
    const started = performance.now();
    const { command, stack, chart } = parseArguments(argv);
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
            return upAndCheck({ stack, chart }, progress, started);
    }
}

async function upAndCheck(
    { stack, chart }: Pick<LocalArguments, "stack" | "chart">,
    progress: Progress,
    started: number,
): Promise<number> {
    const running = await up(stack, progress, undefined, chart);
    const report = await progress.step("Smoke tests", (step) =>
        runSmoke({
            ...running,
            onProgress: (text) => {
                step.update(text);
            },
        }),
    );
    if (report.failed > 0) {
        console.log(`\n${failureText(report)}`);
    }
    console.log(summary(stack, running, report, performance.now() - started));
    return report.failed === 0 ? 0 : 1;
}

exitWith(main(process.argv.slice(2)));
