import type { types } from "@pulumi/kubernetes";
import { SOCKET_DIRECTORY } from "../../settings/spire/constraints";
import { checksum } from "../shared/checksum";
import { listOrNone } from "../shared/compact";
import { selectorLabels } from "../shared/labels";
import { restrictedContainer } from "../shared/podSecurity";
import { AGENT_CONFIG_FILE, AGENT_TOKEN_FILE, agentConfig } from "./agentConfig";
import type { SpireArgs } from "./args";
import { image, imagePullSecrets } from "./images";
import { goMemoryLimit } from "../shared/goMemory";
import { releaseLabels } from "./metadata";
import { AGENT, BUNDLE_CONFIG_MAP } from "./names";
import { AGENT_PATHS } from "./paths";
import { PORTS } from "../../settings/spire/ports";
import { spireProbes } from "./probes";
import { json } from "./server";

type Volume = types.input.core.v1.Volume;
type Mount = types.input.core.v1.VolumeMount;

/** Lifetime of the projected token for node attestation (s); SPIRE accepts 600 to 7200. */
const TOKEN_SECONDS = 7_200;

/** Data of the agents' ConfigMap. */
export function agentConfigData(args: SpireArgs): Record<string, string> {
    return { [AGENT_CONFIG_FILE]: json(agentConfig(args)) };
}

/**
 * Specification of the agents' DaemonSet. Its pods stay in ContainerCreating until the server has published its trust
 * bundle.
 */
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
                // The agent authenticates to the kubelet with it to list the pods of its node.
                automountServiceAccountToken: true,
                enableServiceLinks: false,
                // The agent resolves the caller of the socket by its process ID. It does not need the host network.
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
        // Root, to own the socket directory on the node, but without any capability.
        securityContext: { ...restrictedContainer, runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 },
        volumeMounts: mounted(args).map(({ volume, mount }) => ({ name: volume.name, ...mount })),
    };
}

/** Volumes with their mounts; every path that the agent writes to is a volume. */
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
 * Volume with the CA of the kubelets. Each verification type has its own volume name: server-side apply merges volumes
 * by name, so a new source under an existing name would be added to the old one, which the API server rejects ("may not
 * specify more than 1 volume type").
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
