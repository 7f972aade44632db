import { join } from "node:path";
import { type RuleContext, ruleContext } from "../../../components/monitoring/rules";
import { stackSettings } from "../../../scripts/docs/stacks";

const ROOT = join(__dirname, "..", "..", "..");

/** What the rules of a stack depend on, by its file. */
export function contextOf(stack: string): RuleContext {
    const { environment, monitoring, mesh, spire } = stackSettings(ROOT, stack);
    return ruleContext({ environment, settings: monitoring, mesh, spire });
}
