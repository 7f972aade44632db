import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { image as imageSchema } from "../../settings/mesh/workload";
import type { z } from "zod";
import { checksum } from "../shared/checksum";
import { listOrNone } from "../shared/compact";
import { labels, selectorLabels } from "../shared/labels";
import type { MeshAppArgs } from "./args";
import { configData } from "./config";
import { containerEnv } from "./env";
import { identityWait, pullSecrets } from "./identity";
import { deploymentExemptions, podExemptions } from "./exemptions";
import { APP, meshNames, OPERATOR_KEY_ANNOTATION } from "./names";
import { rollingUpdate } from "./rollingUpdate";
import { scheduling } from "./scheduling";
import { operatorKeyRecord, type SecretRef } from "./secret";
import { containerSecurityContext, podSecurityContext } from "./security";
import { podJoinAnnotations } from "./serviceMesh/join";
import { volumeMounts, volumes } from "./volumes";

/** Deployment of the mesh app. Its pods meet Pod Security Standard `restricted` unless eBPF or hostPath is on. */
export function deploymentSpec(args: MeshAppArgs, secret: SecretRef): types.input.apps.v1.DeploymentSpec {
    const { settings, environment } = args;
    return {
        replicas: startReplicas(args),
        revisionHistoryLimit: 5,
        selector: { matchLabels: selectorLabels(APP, environment) },
        strategy: { type: "RollingUpdate", rollingUpdate: rollingUpdate(settings.data) },
        // A 0 is the default of Kubernetes, which the API server leaves out of the object.
        ...(settings.minReadySeconds === 0 ? {} : { minReadySeconds: settings.minReadySeconds }),
        progressDeadlineSeconds: settings.progressDeadlineSeconds,
        template: {
            metadata: {
                labels: labels(APP, "mesh-node", environment),
                annotations: podAnnotations(args, secret),
            },
            spec: podSpec(args, secret),
        },
    };
}

/**
 * Replicas that are asked for. Where an autoscaler owns the count this is the start: as many as the workload has that this
 * one replaces, within the bounds, or else the fewest.
 */
function startReplicas({ settings: { autoscaling, replicas }, live }: MeshAppArgs): number {
    const { enabled, minReplicas, maxReplicas } = autoscaling;
    return enabled ? Math.min(Math.max(live?.replacedReplicas ?? minReplicas, minReplicas), maxReplicas) : replicas;
}

/**
 * Paths of the Deployment whose live value is kept. An autoscaler owns the replica count: it starts from the live one,
 * or in a new stack from its minimum. Omitting the count instead would reset a live one to the default of Kubernetes,
 * which is 1.
 */
export function ignoredFields({ settings }: MeshAppArgs): string[] {
    return settings.autoscaling.enabled ? ["spec.replicas"] : [];
}

/** Default time that Pulumi waits for a Deployment (s); `DefaultDeploymentTimeoutMins` of its Kubernetes plugin. */
const DEFAULT_WAIT_SECONDS = 600;

/**
 * How long Pulumi waits for the rollout: never less than the Deployment's own deadline, so that an update ends with the
 * verdict of the controller and not before a pod that may still become available.
 */
export function rolloutTimeouts({
    progressDeadlineSeconds,
}: Pick<MeshAppArgs["settings"], "progressDeadlineSeconds">): pulumi.CustomTimeouts | undefined {
    const wait = `${progressDeadlineSeconds}s`;
    return progressDeadlineSeconds > DEFAULT_WAIT_SECONDS ? { create: wait, update: wait } : undefined;
}

/** Annotations of the Deployment itself: a change does not roll the pods. */
export function deploymentAnnotations(args: MeshAppArgs): Record<string, string> {
    const { settings, live } = args;
    return {
        ...deploymentExemptions(args),
        ...(settings.secret.existingName === undefined
            ? {
                  [OPERATOR_KEY_ANNOTATION]: operatorKeyRecord(
                      live?.operatorKey ?? "password",
                      settings.secret.rotation,
                  ),
              }
            : {}),
        ...(live?.takeReplicas === true ? { "pulumi.com/patchForce": "true" } : {}),
    };
}

function podAnnotations(args: MeshAppArgs, secret: SecretRef): Record<string, pulumi.Input<string>> {
    const { metrics, ports } = args.settings;
    return {
        "checksum/config": checksum(configData(args)),
        ...(secret.checksum === undefined ? {} : { "checksum/secret": secret.checksum }),
        ...(metrics.enabled
            ? {
                  "prometheus.io/scrape": "true",
                  "prometheus.io/port": String(ports.metrics),
                  "prometheus.io/path": metrics.path,
              }
            : {}),
        ...podJoinAnnotations(args),
        ...podExemptions(args),
    };
}

function podSpec(args: MeshAppArgs, secret: SecretRef): types.input.core.v1.PodSpec {
    const { settings } = args;
    return {
        serviceAccountName: meshNames(args.environment).app,
        automountServiceAccountToken: settings.serviceAccount.mountToken,
        // Service variables of the namespace would shadow the app's own, e.g. <SERVICE>_PORT.
        enableServiceLinks: false,
        securityContext: podSecurityContext,
        terminationGracePeriodSeconds: settings.terminationGracePeriodSeconds,
        imagePullSecrets: listOrNone(pullSecrets(args).map((name) => ({ name }))),
        ...scheduling(args),
        initContainers: listOrNone(identityWait(args)),
        containers: [container(args, secret)],
        volumes: volumes(args),
    };
}

function container(args: MeshAppArgs, secret: SecretRef): types.input.core.v1.Container {
    const { settings } = args;
    return {
        name: APP,
        image: imageReference(settings.image),
        imagePullPolicy: settings.image.pullPolicy,
        ports: containerPorts(settings.ports),
        env: containerEnv(args),
        envFrom: [{ secretRef: { name: secret.name } }],
        resources: settings.resources,
        livenessProbe: httpProbe(settings.probes.liveness),
        readinessProbe: httpProbe(settings.probes.readiness),
        ...startupProbe(settings.probes.startup),
        // exec instead of the sleep action, which Kubernetes has by default only since 1.30 (KEP-3960).
        ...(settings.preStopSleepSeconds === 0
            ? {}
            : { lifecycle: { preStop: { exec: { command: ["sleep", String(settings.preStopSleepSeconds)] } } } }),
        securityContext: containerSecurityContext(args),
        volumeMounts: volumeMounts(args),
    };
}

/** `repository:tag`, or `repository:tag@digest` when a digest pins the image. */
export function imageReference({ repository, tag, digest }: z.output<typeof imageSchema>): string {
    return `${repository}:${tag}${digest === undefined ? "" : `@${digest}`}`;
}

function containerPorts(ports: MeshAppArgs["settings"]["ports"]): types.input.core.v1.ContainerPort[] {
    return [
        { name: "http", containerPort: ports.http, protocol: "TCP" },
        // If the app serves metrics on its http port, there is no separate metrics port.
        ...(ports.metrics === ports.http ? [] : [{ name: "metrics", containerPort: ports.metrics, protocol: "TCP" }]),
        { name: "mesh", containerPort: ports.mesh, protocol: "TCP" },
    ];
}

/** The startup probe: the kubelet runs neither liveness nor readiness probes until it has succeeded. */
function startupProbe({
    enabled,
    ...probe
}: MeshAppArgs["settings"]["probes"]["startup"]): Pick<types.input.core.v1.Container, "startupProbe"> {
    return enabled ? { startupProbe: httpProbe(probe) } : {};
}

/** An HTTP probe. A delay of 0 is omitted: the API server drops it, and every refresh would then find a difference. */
function httpProbe({
    path,
    initialDelaySeconds,
    ...timings
}: MeshAppArgs["settings"]["probes"]["liveness"]): types.input.core.v1.Probe {
    const delay = initialDelaySeconds === 0 ? {} : { initialDelaySeconds };
    return { httpGet: { path, port: "http" }, ...delay, ...timings };
}
