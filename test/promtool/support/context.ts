import { type RuleContext, ruleContext } from "../../../components/monitoring/rules";
import { stackSettings } from "../../../docs/generator/stacks";
import { PROJECT_ROOT } from "../../../project";

/** What the rules of a stack depend on, by its file. */
export function contextOf(stack: string): RuleContext {
    const { environment, monitoring, mesh, spire } = stackSettings(PROJECT_ROOT, stack);
    return ruleContext({ environment, settings: monitoring, mesh, spire });
}

/** The same stack with canaries and a controller of its own. */
export function canaryContextOf(stack: string): RuleContext {
    const context = contextOf(stack);
    const { namespace } = context.mesh;
    const mesh = {
        ...context.mesh,
        delivery: "canary" as const,
        controllerNamespace: namespace,
        longestPauseSeconds: 300,
    };
    return { ...context, mesh };
}
