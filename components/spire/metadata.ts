import { labels, type Labels } from "../shared/labels";
import type { SpireArgs } from "./args";
import { VERSION_LABEL } from "./names";

/** Labels of the objects of one part of SPIRE. */
export function partLabels({ environment }: SpireArgs, app: string): Labels {
    return labels(app, "identity", environment);
}

/** Labels of one part of SPIRE with its release, for workloads that run it; never used in a selector. */
export function releaseLabels(args: SpireArgs, app: string): Labels {
    return { ...partLabels(args, app), [VERSION_LABEL]: args.settings.version };
}
