import { at, isMap, text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import { condition } from "./pods";
import type { Awaiter, AwaitProgress } from "./types";

/** Progress of a ResourceQuota, which is ready when its controller tracks usage. */
function quotaProgress(quota: PropertyMap): AwaitProgress {
    const wanted = at(quota, "spec", "hard");
    const counted = at(quota, "status", "hard");
    const names = isMap(wanted) ? Object.keys(wanted) : [];
    const ready = names.every((name) => isMap(counted) && isMap(wanted) && counted[name] === wanted[name]);
    return { ready, message: "Waiting for the quota to be counted" };
}

/** Progress of a CustomResourceDefinition, which is ready when the API server serves its kind. */
export function crdProgress(crd: PropertyMap): AwaitProgress {
    const refused = condition(crd, "NamesAccepted");
    return refused.status === "False"
        ? { ready: false, failed: true, message: `[${text(refused, "reason")}] ${text(refused, "message")}` }
        : {
              ready: condition(crd, "Established").status === "True",
              message: "Waiting for the API server to serve the new kind",
          };
}

/** Awaiters of the other kinds by `apiVersion/kind`; timeouts as in the official plugin. */
export const others: Readonly<Record<string, Awaiter>> = {
    "v1/ResourceQuota": { progress: quotaProgress, timeoutSeconds: 60 },
    "apiextensions.k8s.io/v1/CustomResourceDefinition": { progress: crdProgress, timeoutSeconds: 60 },
};
