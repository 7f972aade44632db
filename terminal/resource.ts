import type { Step } from "./progress";

/** Shows a resource line of the Pulumi CLI, e.g. ` +  kubernetes:apps/v1:Deployment mesh creating (3s)`, as the step's detail. */
export function showResource(step: Step, line: string): void {
    const match = /^ *[@+~>-]* +(?:[\w.-]+:)+(\w+) ([\w-]+) (\w+)/.exec(line);
    if (match !== null) {
        step.update(`${match[1] ?? ""} ${match[2] ?? ""} ${match[3] ?? ""}`);
    }
}
