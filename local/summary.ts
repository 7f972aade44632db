import { relative } from "node:path";
import { z } from "zod";
import { shellCommand, shellWord } from "../shell";
import type { SmokeReport } from "../smoke";
import { elapsed } from "../terminal/progress";
import type { RunningStack } from "./up";
import { counted } from "../terminal/counted";

const outputsSchema = z.object({
    namespace: z.string(),
    deployment: z.string(),
    portForward: z.object({ http: z.string() }),
});

/** The last screen of `npm run local`: what runs, and which commands come next. */
export function summary(stack: string, running: RunningStack, report: SmokeReport, milliseconds: number): string {
    const { namespace, deployment } = outputsSchema.parse(JSON.parse(running.outputs));
    const checks = `${counted(report.passed, "check")} passed${report.failed === 0 ? "" : `, ${report.failed} FAILED`}`;
    const { kubeconfig, context } = running.cluster;
    return `
${running.changed ? "Up" : "Nothing changed"}: stack ${stack}, policies passed, ${checks} (${elapsed(milliseconds)})
  ${deployment} in namespace ${namespace}, on a real API server with
  simulated nodes: objects are real, no container runs.

Next:
  ${shellCommand(running.kubectl, "--context", context)} \\
    ${shellCommand("--kubeconfig", relative(process.cwd(), kubeconfig), "-n", namespace, "get", "all")}
${nextSteps(stack)}
`;
}

/** Commands with what they do, the latter below each other. */
function nextSteps(stack: string): string {
    const steps = [
        [`npm run smoke -- --stack ${shellWord(stack)}`, "check it again"],
        ["npm run local -- status", "what runs"],
        ["npm run local", "apply your changes"],
        ["npm run local -- down", "remove it"],
    ] as const;
    const width = Math.max(...steps.map(([command]) => command.length));
    return steps.map(([command, effect]) => `  ${command.padEnd(width)}  ${effect}`).join("\n");
}
