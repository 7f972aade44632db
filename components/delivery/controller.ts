import type { types } from "@pulumi/kubernetes";
import { listOrNone } from "../shared/compact";
import { restrictedContainer } from "../shared/podSecurity";
import { goMemoryLimit } from "../shared/goMemory";
import type { DeliveryArgs } from "./args";
import { POD_EXEMPTIONS } from "./exemptions";
import { CONTROLLER, controllerLabels, controllerSelector, deliveryNames, PORTS } from "./names";

/** User of the image (its Dockerfile: 999). */
const USER = 999;

/** Timings of the probes: the controller's own manifests ask every 20 s; a start syncs its caches within seconds. */
const PROBE = { timeoutSeconds: 5, failureThreshold: 3 } as const;

/**
 * Deployment of the controller. It meets Pod Security Standard `restricted`. One pod is enough: while it is away nothing
 * is lost, since the ReplicaSets keep their pods, and a canary stays at its step.
 */
export function controllerSpec(args: DeliveryArgs): types.input.apps.v1.DeploymentSpec {
    const { environment, controller } = args;
    return {
        replicas: 1,
        revisionHistoryLimit: 5,
        selector: { matchLabels: controllerSelector(environment) },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
            metadata: { labels: controllerLabels(environment), annotations: POD_EXEMPTIONS },
            spec: {
                serviceAccountName: deliveryNames(environment).controller,
                automountServiceAccountToken: true,
                enableServiceLinks: false,
                securityContext: {
                    runAsNonRoot: true,
                    runAsUser: USER,
                    runAsGroup: USER,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                imagePullSecrets: listOrNone(controller.image.pullSecrets.map((name) => ({ name }))),
                containers: [container(args)],
                volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
            },
        },
    };
}

function container({ controller: { image, resources } }: DeliveryArgs): types.input.core.v1.Container {
    const digest = image.digest === undefined ? "" : `@${image.digest}`;
    return {
        name: CONTROLLER,
        image: `${image.repository}:${image.tag}${digest}`,
        imagePullPolicy: image.pullPolicy,
        // Its own namespace alone, so that a Role is enough.
        args: ["--namespaced", "--loglevel", "info", "--logformat", "json"],
        ports: [
            { name: "metrics", containerPort: PORTS.metrics, protocol: "TCP" },
            { name: "health", containerPort: PORTS.health, protocol: "TCP" },
        ],
        env: [goMemoryLimit(resources.limits.memory)],
        resources,
        // It serves its health before its caches are synced, and its metrics after that.
        startupProbe: {
            httpGet: { path: "/healthz", port: "health" },
            periodSeconds: 5,
            ...PROBE,
            failureThreshold: 60,
        },
        livenessProbe: { httpGet: { path: "/healthz", port: "health" }, periodSeconds: 20, ...PROBE },
        readinessProbe: { httpGet: { path: "/metrics", port: "metrics" }, periodSeconds: 10, ...PROBE },
        securityContext: restrictedContainer,
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    };
}
