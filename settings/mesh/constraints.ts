import { fault, limitsCoverRequests, repeated } from "../shared/constraints";
import { type Fault, removeCommand } from "../shared/faults";
import { described } from "../shared/given";
import { deliveryFaults } from "./deliveryConstraints";
import { OWN_ENV } from "./ownEnv";
import { minimumReplicas } from "./replicas";
import type { MeshSettings } from "./schema";
import { serviceMeshFaults } from "./serviceMeshConstraints";
import { startWithinDeadline } from "./startTime";

/** Input of a constraint. */
interface ConstraintInput {
    readonly stack: string;
    readonly mesh: MeshSettings;
}

type Constraint = (input: ConstraintInput) => Fault[];

/** Constraints across several settings of the mesh; each returns the faults that it finds. */
const CONSTRAINTS: readonly Constraint[] = [
    containerLimits,
    autoscalingBounds,
    budgetBelowReplicas,
    portsDiffer,
    podSecurityFits,
    claimIsShareable,
    preStopWithinGrace,
    startWithinDeadline,
    deliveryFaults,
    verificationInterval,
    socketPathDiffers,
    writablePathsDiffer,
    egressNamesDiffer,
    ownVariables,
    serviceMeshFaults,
];

/** Faults of mesh settings that are individually valid but conflict with each other. */
export function meshFaults(stack: string, mesh: MeshSettings): Fault[] {
    return CONSTRAINTS.flatMap((constraint) => constraint({ stack, mesh }));
}

function maximumReplicas(mesh: MeshSettings): number {
    return mesh.autoscaling.enabled ? mesh.autoscaling.maxReplicas : mesh.replicas;
}

function containerLimits({ stack, mesh }: ConstraintInput): Fault[] {
    return limitsCoverRequests(stack, { "mesh.resources": mesh.resources });
}

function autoscalingBounds({ stack, mesh: { autoscaling } }: ConstraintInput): Fault[] {
    return autoscaling.enabled && autoscaling.maxReplicas < autoscaling.minReplicas
        ? [
              fault(
                  stack,
                  "mesh.autoscaling.maxReplicas",
                  autoscaling.maxReplicas,
                  `at least mesh.autoscaling.minReplicas (${autoscaling.minReplicas})`,
                  autoscaling.minReplicas,
              ),
          ]
        : [];
}

function budgetBelowReplicas({ stack, mesh }: ConstraintInput): Fault[] {
    const replicas = minimumReplicas(mesh);
    const { enabled, minAvailable } = mesh.disruptionBudget;
    if (!enabled || minAvailable < replicas) {
        return [];
    }
    const setting = mesh.autoscaling.enabled ? "mesh.autoscaling.minReplicas" : "mesh.replicas";
    const allowed = `below ${setting} (${replicas}), or nodes cannot be drained`;
    return replicas > 1
        ? [fault(stack, "mesh.disruptionBudget.minAvailable", minAvailable, allowed, replicas - 1)]
        : [fault(stack, "mesh.disruptionBudget.enabled", enabled, `false while ${setting} is 1`, false)];
}

function portsDiffer({ stack, mesh: { ports } }: ConstraintInput): Fault[] {
    return [ports.http, ports.metrics].includes(ports.mesh)
        ? [
              fault(
                  stack,
                  "mesh.ports.mesh",
                  ports.mesh,
                  `different from mesh.ports.http (${ports.http}) and mesh.ports.metrics (${ports.metrics})`,
                  "PORT",
              ),
          ]
        : [];
}

function podSecurityFits({ stack, mesh }: ConstraintInput): Fault[] {
    const level = mesh.podSecurity.level;
    const needs = neededPodSecurity(mesh);
    return level === undefined || level === "privileged" || needs === "restricted"
        ? []
        : [
              fault(
                  stack,
                  "mesh.podSecurity.level",
                  level,
                  `privileged, or unset: ${mesh.ebpf.enabled ? "mesh.ebpf.enabled" : "mesh.spireSocket.type hostPath"} ` +
                      `mounts a host path, which a ${level} namespace rejects`,
                  "privileged",
              ),
          ];
}

/** The strictest Pod Security level that admits the pods: below `privileged`, host paths are rejected. */
export function neededPodSecurity(mesh: Pick<MeshSettings, "ebpf" | "spireSocket">): "restricted" | "privileged" {
    return mesh.ebpf.enabled || mesh.spireSocket.type === "hostPath" ? "privileged" : "restricted";
}

function claimIsShareable({ stack, mesh }: ConstraintInput): Fault[] {
    const { data } = mesh;
    return data.type === "existingClaim" && data.accessMode !== "ReadWriteMany" && maximumReplicas(mesh) > 1
        ? [
              fault(
                  stack,
                  "mesh.data.accessMode",
                  data.accessMode,
                  "ReadWriteMany while more than one pod shares mesh.data.claimName",
                  "ReadWriteMany",
              ),
          ]
        : [];
}

function preStopWithinGrace({ stack, mesh }: ConstraintInput): Fault[] {
    return mesh.preStopSleepSeconds >= mesh.terminationGracePeriodSeconds
        ? [
              fault(
                  stack,
                  "mesh.preStopSleepSeconds",
                  mesh.preStopSleepSeconds,
                  `below mesh.terminationGracePeriodSeconds (${mesh.terminationGracePeriodSeconds})`,
                  Math.min(5, mesh.terminationGracePeriodSeconds - 1),
              ),
          ]
        : [];
}

function verificationInterval({ stack, mesh }: ConstraintInput): Fault[] {
    const { baseIntervalSeconds, maxIntervalSeconds } = mesh.zeroTrust.continuousVerification;
    const key = "mesh.zeroTrust.continuousVerification.maxIntervalSeconds";
    return maxIntervalSeconds < baseIntervalSeconds
        ? [
              fault(
                  stack,
                  key,
                  maxIntervalSeconds,
                  `at least baseIntervalSeconds (${baseIntervalSeconds})`,
                  baseIntervalSeconds,
              ),
          ]
        : [];
}

/** Directories of the container at which the program mounts volumes: configuration, data, eBPF maps. */
const MOUNTED = ["/etc/x0tta6bl4", "/data", "/sys/fs/bpf"];

/** Server-side apply merges volume mounts by their path, so no path may occur twice. */
function socketPathDiffers({ stack, mesh }: ConstraintInput): Fault[] {
    const { type, path } = mesh.spireSocket;
    return type !== "none" && MOUNTED.includes(path)
        ? [fault(stack, "mesh.spireSocket.path", path, "a directory at which nothing else is mounted", "PATH")]
        : [];
}

function writablePathsDiffer({ stack, mesh }: ConstraintInput): Fault[] {
    const paths = mesh.writablePaths.map(({ path }) => path);
    return repeated(paths, [...MOUNTED, mesh.spireSocket.path]).map((index) =>
        fault(
            stack,
            `mesh.writablePaths[${index}].path`,
            paths[index],
            "a directory at which nothing else is mounted",
            "PATH",
        ),
    );
}

function egressNamesDiffer({ stack, mesh }: ConstraintInput): Fault[] {
    const names = mesh.networkPolicy.egress.map(({ name }) => name);
    return repeated(names).map((index) =>
        fault(stack, `mesh.networkPolicy.egress[${index}].name`, names[index], "a name that no other rule has", "NAME"),
    );
}

/** Variables that the program sets would be overridden silently. */
function ownVariables({ stack, mesh }: ConstraintInput): Fault[] {
    return Object.keys(mesh.env).flatMap((name) => {
        const owner = Object.hasOwn(OWN_ENV, name) ? OWN_ENV[name] : undefined;
        const key = `mesh.env.${name}`;
        return owner === undefined
            ? []
            : [
                  {
                      key,
                      given: described(mesh.env[name]),
                      allowed: `removed: ${owner} sets it`,
                      fix: removeCommand(stack, key),
                  },
              ];
    });
}
