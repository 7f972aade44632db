import { isRollout } from "../../settings/mesh/delivery";
import type { MeshSettings } from "../../settings/schema";
import { API_VERSION } from "../delivery/names";

/** API version and kind of the workload that runs the mesh's pods. */
export function workloadKind({ delivery }: Pick<MeshSettings, "delivery">) {
    return isRollout(delivery)
        ? { apiVersion: API_VERSION, kind: "Rollout" }
        : { apiVersion: "apps/v1", kind: "Deployment" };
}
