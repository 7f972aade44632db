import { type ClusterRequest, NEW_CLUSTER } from "../../cli/cluster/request";

/** What `x0 cluster` asks for where nothing else is said. */
export function clusterRequest(changes: Partial<ClusterRequest> = {}): ClusterRequest {
    return { ...NEW_CLUSTER, stack: "staging", yes: false, repoint: false, share: false, ...changes };
}
