import { labels, type Labels } from "../shared/labels";
import type { SpireArgs } from "./args";
import { VERSION_LABEL } from "./names";

/** Labels of the objects of one part of SPIRE. */
export function partLabels({ environment }: SpireArgs, app: string): Labels {
    return labels(app, "identity", environment);
}

/** The same with the release, for objects that run it; never for a selector. */
export function releaseLabels(args: SpireArgs, app: string): Labels {
    return { ...partLabels(args, app), [VERSION_LABEL]: args.settings.version };
}
