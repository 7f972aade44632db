import { at, isMap, text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import { condition } from "./pods";
import type { Awaiter, AwaitProgress } from "./types";

/** A quota is ready when its controller counts by it. */
function quotaProgress(quota: PropertyMap): AwaitProgress {
    const wanted = at(quota, "spec", "hard");
    const counted = at(quota, "status", "hard");
    const names = isMap(wanted) ? Object.keys(wanted) : [];
    const ready = names.every((name) => isMap(counted) && isMap(wanted) && counted[name] === wanted[name]);
    return { ready, message: "Waiting for the quota to be counted" };
}

/** A CustomResourceDefinition is ready when the API server serves its kind. */
export function crdProgress(crd: PropertyMap): AwaitProgress {
    const refused = condition(crd, "NamesAccepted");
    return refused.status === "False"
        ? { ready: false, failed: true, message: `[${text(refused, "reason")}] ${text(refused, "message")}` }
        : {
              ready: condition(crd, "Established").status === "True",
              message: "Waiting for the API server to serve the new kind",
          };
}

/** The other kinds by `apiVersion/kind`; time limits are the official plugin's. */
export const others: Readonly<Record<string, Awaiter>> = {
    "v1/ResourceQuota": { progress: quotaProgress, timeoutSeconds: 60 },
    "apiextensions.k8s.io/v1/CustomResourceDefinition": { progress: crdProgress, timeoutSeconds: 60 },
};
