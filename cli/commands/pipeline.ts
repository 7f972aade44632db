import { exitWith } from "../../terminal/commandLine";
import { createProgress } from "../../terminal/progress";
import { parseArguments, USAGE } from "../../pipeline/arguments";
import { driftReport, liveEngine, planReport } from "../../pipeline/live";
import { driftOf } from "../../pipeline/markdown";
import { previewReport } from "../../pipeline/preview";
import { publishComment, publishIssue, publishReport } from "../../pipeline/publish";
import { render } from "../../pipeline/render";
import { provideTools } from "../../pipeline/tools";

/** Exit code of `drift` when the live objects differ; 1 means that they could not be compared. */
const DRIFTED = 3;

/** `npx x0 pipeline`: exit code 0 good, 1 failed or stopped by a policy, 2 wrong arguments, 3 drift. */
async function main(argv: readonly string[]): Promise<number> {
    const request = parseArguments(argv);
    switch (request.command) {
        case "help":
            console.log(USAGE);
            return 0;
        case "tools":
            console.log((await provideTools(request.names, createProgress(), process.env)).join("\n"));
            return 0;
        case "preview": {
            const report = await previewReport(request.stack, request.base, createProgress());
            return publishReport(report, process.env, request.output);
        }
        case "render":
            console.log(
                `${await render(request.stack, request.output, createProgress())} objects in ${request.output}`,
            );
            return 0;
        case "plan":
            return publishReport(
                await planReport(liveEngine(request.stack, request.configFile), request.plan),
                process.env,
            );
        case "drift": {
            const report = await driftReport(liveEngine(request.stack, request.configFile));
            const code = publishReport(report, process.env, request.output);
            return code === 0 && driftOf(report).length > 0 ? DRIFTED : code;
        }
        case "comment":
            return publishComment(request.reports, request.dryRun, process.env);
        case "issue":
            return publishIssue(request.reports, request.dryRun, process.env);
    }
}

exitWith(main(process.argv.slice(2)));
