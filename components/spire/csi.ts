import type { types } from "@pulumi/kubernetes";
import { SOCKET_DIRECTORY } from "../../settings/spire/constraints";
import { listOrNone } from "../shared/compact";
import { selectorLabels } from "../shared/labels";
import { restrictedContainer } from "../shared/podSecurity";
import type { SpireArgs } from "./args";
import { image, imagePullSecrets } from "./images";
import { goMemoryLimit } from "../shared/goMemory";
import { partLabels } from "./metadata";
import { CSI_DRIVER, CSI_DRIVER_NAME, CSI_REGISTRAR } from "./names";
import { PORTS } from "../../settings/spire/ports";
import { helperProbes } from "./probes";

type Container = types.input.core.v1.Container;

/** Path of the agents' socket directory in the driver's container. */
const SOCKET_SOURCE = "/spire-agent-socket";

/** Directory of the CSI socket that driver and registrar share. */
const PLUGIN_DIRECTORY = "/spiffe-csi";

/** Specification of the CSIDriver object, which registers the driver with Kubernetes. */
export const csiDriverSpec: types.input.storage.v1.CSIDriverSpec = {
    attachRequired: false,
    podInfoOnMount: true,
    fsGroupPolicy: "None",
    volumeLifecycleModes: ["Ephemeral"],
};

/**
 * Specification of the CSI driver's DaemonSet. The driver mounts the agents' socket directory, read-only, into pods
 * that request it.
 */
export function csiSpec(args: SpireArgs): types.input.apps.v1.DaemonSetSpec {
    const { agent } = args.settings;
    return {
        selector: { matchLabels: selectorLabels(CSI_DRIVER, args.environment) },
        revisionHistoryLimit: 5,
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: agent.maxUnavailable } },
        template: {
            metadata: { labels: partLabels(args, CSI_DRIVER) },
            spec: {
                serviceAccountName: CSI_DRIVER,
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                securityContext: { seccompProfile: { type: "RuntimeDefault" } },
                priorityClassName: agent.priorityClassName,
                tolerations: listOrNone(agent.tolerations),
                imagePullSecrets: imagePullSecrets(args),
                containers: [driver(args), registrar(args)],
                volumes: volumes(args),
            },
        },
    };
}

function driver(args: SpireArgs): Container {
    const { csi } = args.settings;
    return {
        name: CSI_DRIVER,
        ...image(args, "csiDriver"),
        args: [
            "-workload-api-socket-dir",
            SOCKET_SOURCE,
            "-csi-socket-path",
            `${PLUGIN_DIRECTORY}/csi.sock`,
            "-plugin-name",
            CSI_DRIVER_NAME,
        ],
        env: [
            { name: "MY_NODE_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } },
            goMemoryLimit(csi.resources.limits.memory),
        ],
        resources: csi.resources,
        // Kubernetes allows bidirectional mount propagation only in privileged containers; all capabilities are
        // dropped.
        securityContext: { privileged: true, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
        volumeMounts: [
            { name: "agent-socket", mountPath: SOCKET_SOURCE, readOnly: true },
            { name: "plugin", mountPath: PLUGIN_DIRECTORY },
            { name: "pods", mountPath: `${csi.kubeletPath}/pods`, mountPropagation: "Bidirectional" },
        ],
    };
}

function registrar(args: SpireArgs): Container {
    const { csi } = args.settings;
    return {
        name: CSI_REGISTRAR,
        ...image(args, "csiRegistrar"),
        args: [
            "-csi-address",
            `${PLUGIN_DIRECTORY}/csi.sock`,
            "-kubelet-registration-path",
            `${csi.kubeletPath}/plugins/${CSI_DRIVER_NAME}/csi.sock`,
            "-http-endpoint",
            `:${PORTS.registrarHealth}`,
        ],
        env: [goMemoryLimit(csi.registrarResources.limits.memory)],
        ports: [{ name: "health", containerPort: PORTS.registrarHealth, protocol: "TCP" }],
        resources: csi.registrarResources,
        ...helperProbes("health", "/healthz", "/healthz"),
        // The kubelet's plugin registration directory is owned by root.
        securityContext: { ...restrictedContainer, runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 },
        volumeMounts: [
            { name: "plugin", mountPath: PLUGIN_DIRECTORY },
            { name: "registration", mountPath: "/registration" },
        ],
    };
}

function volumes({ settings: { csi } }: SpireArgs): types.input.core.v1.Volume[] {
    const host = (name: string, path: string, type: string) => ({ name, hostPath: { path, type } });
    return [
        host("agent-socket", SOCKET_DIRECTORY, "DirectoryOrCreate"),
        host("plugin", `${csi.kubeletPath}/plugins/${CSI_DRIVER_NAME}`, "DirectoryOrCreate"),
        host("pods", `${csi.kubeletPath}/pods`, "Directory"),
        host("registration", `${csi.kubeletPath}/plugins_registry`, "Directory"),
    ];
}
