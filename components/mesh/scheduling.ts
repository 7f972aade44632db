import { selectorLabels } from "../shared/labels";
import { podScheduling } from "../shared/scheduling";
import type { MeshAppArgs } from "./args";
import { APP } from "./names";

/** Where the mesh pods run: affinity, spread, tolerations and priority of the pod spec. */
export function scheduling({ settings, environment }: MeshAppArgs) {
    return podScheduling(settings.scheduling, selectorLabels(APP, environment));
}
