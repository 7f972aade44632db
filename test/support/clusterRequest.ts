import { type ClusterRequest, NEW_CLUSTER } from "../../cli/cluster/request";

/** Default request of `x0 cluster`. */
export function clusterRequest(changes: Partial<ClusterRequest> = {}): ClusterRequest {
    return { ...NEW_CLUSTER, stack: "staging", yes: false, repoint: false, share: false, ...changes };
}
