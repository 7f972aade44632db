import type { MeshSettings } from "../schema";
import { type Fault, shown } from "../shared/faults";
import { OWN_ENV } from "./ownEnv";
import { fault, limitsCoverRequests, repeated } from "../shared/constraints";

/** The most that a settings rule may know. */
interface RuleInput {
    readonly stack: string;
    readonly mesh: MeshSettings;
}

type Rule = (input: RuleInput) => Fault[];

/** Rules over more than one setting of the mesh; each returns the faults that it finds. */
const RULES: readonly Rule[] = [
    containerLimits,
    autoscalingBounds,
    budgetBelowReplicas,
    portsDiffer,
    podSecurityFits,
    claimIsShareable,
    preStopWithinGrace,
    verificationInterval,
    writablePathsDiffer,
    egressNamesDiffer,
    ownVariables,
];

/** Faults of settings that are each valid but do not fit together. */
export function crossFieldFaults(stack: string, mesh: MeshSettings): Fault[] {
    return RULES.flatMap((rule) => rule({ stack, mesh }));
}

/** Fewest pods that run when all is well. */
export function minimumReplicas(mesh: Pick<MeshSettings, "autoscaling" | "replicas">): number {
    return mesh.autoscaling.enabled ? mesh.autoscaling.minReplicas : mesh.replicas;
}

function maximumReplicas(mesh: MeshSettings): number {
    return mesh.autoscaling.enabled ? mesh.autoscaling.maxReplicas : mesh.replicas;
}

function containerLimits({ stack, mesh }: RuleInput): Fault[] {
    return limitsCoverRequests(stack, { "mesh.resources": mesh.resources });
}

function autoscalingBounds({ stack, mesh: { autoscaling } }: RuleInput): Fault[] {
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

function budgetBelowReplicas({ stack, mesh }: RuleInput): Fault[] {
    const replicas = minimumReplicas(mesh);
    const { enabled, minAvailable } = mesh.disruptionBudget;
    if (!enabled || minAvailable < replicas) {
        return [];
    }
    const setting = mesh.autoscaling.enabled ? "mesh.autoscaling.minReplicas" : "mesh.replicas";
    const allowed = `below ${setting} (${replicas}), or no node could ever be drained`;
    return replicas > 1
        ? [fault(stack, "mesh.disruptionBudget.minAvailable", minAvailable, allowed, replicas - 1)]
        : [fault(stack, "mesh.disruptionBudget.enabled", enabled, `false while ${setting} is 1`, false)];
}

function portsDiffer({ stack, mesh: { ports } }: RuleInput): Fault[] {
    return [ports.http, ports.metrics].includes(ports.mesh)
        ? [
              fault(
                  stack,
                  "mesh.ports.mesh",
                  ports.mesh,
                  `another port than mesh.ports.http (${ports.http}) and mesh.ports.metrics (${ports.metrics})`,
                  "<port>",
              ),
          ]
        : [];
}

function podSecurityFits({ stack, mesh }: RuleInput): Fault[] {
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
                      `mounts a host path, which a ${level} namespace refuses`,
                  "privileged",
              ),
          ];
}

/** The strictest Pod Security level that admits the pods: host paths are refused below `privileged`. */
export function neededPodSecurity(mesh: Pick<MeshSettings, "ebpf" | "spireSocket">): "restricted" | "privileged" {
    return mesh.ebpf.enabled || mesh.spireSocket.type === "hostPath" ? "privileged" : "restricted";
}

function claimIsShareable({ stack, mesh }: RuleInput): Fault[] {
    const { data } = mesh;
    return data.type === "existingClaim" && data.accessMode !== "ReadWriteMany" && maximumReplicas(mesh) > 1
        ? [
              fault(
                  stack,
                  "mesh.data.accessMode",
                  data.accessMode,
                  `ReadWriteMany while more than one pod shares the claim ${data.claimName}`,
                  "ReadWriteMany",
              ),
          ]
        : [];
}

function preStopWithinGrace({ stack, mesh }: RuleInput): Fault[] {
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

function verificationInterval({ stack, mesh }: RuleInput): Fault[] {
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

function writablePathsDiffer({ stack, mesh }: RuleInput): Fault[] {
    const paths = mesh.writablePaths.map(({ path }) => path);
    return repeated(paths, ["/etc/x0tta6bl4", "/data", mesh.spireSocket.path]).map((index) =>
        fault(
            stack,
            `mesh.writablePaths[${index}].path`,
            paths[index],
            "a directory that nothing else is mounted at",
            "<path>",
        ),
    );
}

function egressNamesDiffer({ stack, mesh }: RuleInput): Fault[] {
    const names = mesh.networkPolicy.egress.map(({ name }) => name);
    return repeated(names).map((index) =>
        fault(
            stack,
            `mesh.networkPolicy.egress[${index}].name`,
            names[index],
            "another name than the rules before it",
            "<name>",
        ),
    );
}

function ownVariables({ stack, mesh }: RuleInput): Fault[] {
    return Object.entries(mesh.env).flatMap(([name, value]) => {
        const owner = OWN_ENV[name];
        return owner === undefined
            ? []
            : [
                  {
                      key: `mesh.env.${name}`,
                      given: shown(value, false),
                      allowed: `removed: ${owner} sets it`,
                      fix: `pulumi config rm --stack ${stack} --path 'mesh.env.${name}'`,
                  },
              ];
    });
}
