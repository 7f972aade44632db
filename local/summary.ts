import { relative } from "node:path";
import { z } from "zod";
import { elapsed } from "./progress";
import type { RunningStack } from "./up";

const outputsSchema = z.object({
    namespace: z.string(),
    deployment: z.string(),
    portForward: z.object({ http: z.string() }),
});

/** The last screen of `npm run local`: what runs, and which commands come next. */
export function summary(stack: string, running: RunningStack, checks: string, milliseconds: number): string {
    const { namespace, deployment } = outputsSchema.parse(JSON.parse(running.outputs));
    const { kubeconfig, context } = running.cluster;
    const kubectl = `kubectl --kubeconfig ${relative(process.cwd(), kubeconfig)} --context ${context}`;
    return `
${running.changed ? "Up" : "Nothing changed"}: stack ${stack}, ${checks} (${elapsed(milliseconds)})
  ${deployment} in namespace ${namespace}, on a real API server with
  simulated nodes: objects are real, no container runs.

Next:
  ${kubectl} \\
    -n ${namespace} get all
  npm run smoke -- --stack ${stack}     check it again
  npm run local -- status           what runs
  npm run local                     apply your changes
  npm run local -- down             remove it
`;
}
