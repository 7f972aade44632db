import type { ResolvedSpireSettings } from "../../settings";
import type { Environment } from "../../settings/shared/environments";
import type { Labels } from "../shared/labels";

/** Subresource of `nodes` that authorizes an agent to list its node's pods through the kubelet API. */
export type KubeletApi = "nodes/pods" | "nodes/proxy";

/** Arguments of {@link Spire}: plain values, not outputs, because they determine which objects exist. */
export interface SpireArgs {
    /** Names that depend on the stack. */
    readonly environment: Environment;
    /** Settings of SPIRE. */
    readonly settings: ResolvedSpireSettings;
    /** Pods of the mesh app, which receive an identity. */
    readonly mesh: {
        readonly namespace: string;
        readonly serviceAccount: string;
        readonly podLabels: Labels;
        /** Whether the pods can connect to the server, in addition to the agent on their node. */
        readonly callsServer: boolean;
        /** Whether the proxies of a service mesh take their certificates from the agents. Default: false. */
        readonly certifiesProxies?: true;
    };
    /** Kubelet API permission of the agents; depends on the Kubernetes version. */
    readonly kubeletApi: KubeletApi;
}
