import type { types } from "@pulumi/kubernetes";
import { SOCKET_DIRECTORY } from "../../settings/spire/constraints";
import { checksum } from "../shared/checksum";
import { listOrNone } from "../shared/compact";
import { selectorLabels } from "../shared/labels";
import { restrictedContainer } from "../shared/podSecurity";
import { AGENT_CONFIG_FILE, AGENT_TOKEN_FILE, agentConfig } from "./agentConfig";
import type { SpireArgs } from "./args";
import { image, imagePullSecrets } from "./images";
import { goMemoryLimit } from "./memory";
import { releaseLabels } from "./metadata";
import { AGENT, BUNDLE_CONFIG_MAP } from "./names";
import { AGENT_PATHS } from "./paths";
import { PORTS } from "../../settings/spire/ports";
import { spireProbes } from "./probes";
import { json } from "./server";

type Volume = types.input.core.v1.Volume;
type Mount = types.input.core.v1.VolumeMount;

/** Life of the token that proves the node (s); SPIRE takes 600 to 7200. */
const TOKEN_SECONDS = 7_200;

/** Content of the agents' ConfigMap. */
export function agentConfigData(args: SpireArgs): Record<string, string> {
    return { [AGENT_CONFIG_FILE]: json(agentConfig(args)) };
}

/** DaemonSet of the agents. They wait in ContainerCreating until the server has published its bundle. */
export function agentSpec(args: SpireArgs): types.input.apps.v1.DaemonSetSpec {
    const { agent } = args.settings;
    return {
        selector: { matchLabels: selectorLabels(AGENT, args.environment) },
        revisionHistoryLimit: 5,
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: agent.maxUnavailable } },
        template: {
            metadata: {
                labels: releaseLabels(args, AGENT),
                annotations: { "checksum/config": checksum(agentConfigData(args)) },
            },
            spec: {
                serviceAccountName: AGENT,
                // The kubelet asks for it when the agent lists its node's pods.
                automountServiceAccountToken: true,
                enableServiceLinks: false,
                // The caller of the socket must have a process id that can be looked up. The host's network is not needed.
                hostPID: true,
                securityContext: { seccompProfile: { type: "RuntimeDefault" } },
                priorityClassName: agent.priorityClassName,
                tolerations: listOrNone(agent.tolerations),
                imagePullSecrets: imagePullSecrets(args),
                containers: [container(args)],
                volumes: mounted(args).map(({ volume }) => volume),
            },
        },
    };
}

function container(args: SpireArgs): types.input.core.v1.Container {
    const { agent } = args.settings;
    return {
        name: AGENT,
        ...image(args, "agent"),
        args: ["-config", `${AGENT_PATHS.config}/${AGENT_CONFIG_FILE}`],
        env: [
            {
                name: "MY_NODE_NAME",
                valueFrom: {
                    fieldRef: {
                        apiVersion: "v1",
                        fieldPath: agent.kubeletAddress === "hostIP" ? "status.hostIP" : "spec.nodeName",
                    },
                },
            },
            goMemoryLimit(agent.resources.limits.memory),
        ],
        ports: [
            { name: "health", containerPort: PORTS.health, protocol: "TCP" },
            { name: "metrics", containerPort: PORTS.metrics, protocol: "TCP" },
        ],
        resources: agent.resources,
        ...spireProbes("health"),
        // Root without a single capability: it owns the socket's directory on the node, and no more.
        securityContext: { ...restrictedContainer, runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 },
        volumeMounts: mounted(args).map(({ volume, mount }) => ({ name: volume.name, ...mount })),
    };
}

/** Volumes with their mounts: every path that the agent writes to is one. */
function mounted({ settings }: SpireArgs): { volume: Volume; mount: Omit<Mount, "name"> }[] {
    return [
        {
            volume: { name: "config", configMap: { name: AGENT } },
            mount: { mountPath: AGENT_PATHS.config, readOnly: true },
        },
        {
            volume: { name: "bundle", configMap: { name: BUNDLE_CONFIG_MAP } },
            mount: { mountPath: AGENT_PATHS.bundle, readOnly: true },
        },
        {
            volume: { name: "socket", hostPath: { path: SOCKET_DIRECTORY, type: "DirectoryOrCreate" } },
            mount: { mountPath: SOCKET_DIRECTORY },
        },
        { volume: { name: "data", emptyDir: { sizeLimit: "64Mi" } }, mount: { mountPath: AGENT_PATHS.data } },
        {
            volume: {
                name: "token",
                projected: {
                    sources: [
                        {
                            serviceAccountToken: {
                                path: AGENT_TOKEN_FILE,
                                audience: "spire-server",
                                expirationSeconds: TOKEN_SECONDS,
                            },
                        },
                    ],
                },
            },
            mount: { mountPath: AGENT_PATHS.token, readOnly: true },
        },
        ...kubeletCa(settings.agent.kubeletVerification),
    ];
}

/**
 * CA of the kubelets. Each type has a volume name of its own: server-side apply merges volumes by name, so a new source
 * under an old name would stand beside the old one, which the API server refuses ("may not specify more than 1 volume type").
 */
function kubeletCa(verification: SpireArgs["settings"]["agent"]["kubeletVerification"]) {
    switch (verification.type) {
        case "skip":
        case "clusterCA":
            return [];
        case "hostFile":
            return [
                {
                    volume: { name: "kubelet-ca-host", hostPath: { path: verification.path, type: "File" } },
                    mount: { mountPath: `${AGENT_PATHS.kubeletCa}/ca.crt`, readOnly: true },
                },
            ];
        case "configMap":
            return [
                {
                    volume: { name: "kubelet-ca", configMap: { name: verification.name } },
                    mount: { mountPath: AGENT_PATHS.kubeletCa, readOnly: true },
                },
            ];
    }
}
