import { AppsV1Api, CustomObjectsApi, type V1Deployment } from "@kubernetes/client-node";
import { z } from "zod";
import { API_VERSION } from "../../components/delivery/names";
import { type LiveRollout, parseRollout } from "../../kube/rollout/live";
import type { Expectation } from "../expectation";
import type { Client } from "./client";
import { lookup, type Lookup } from "./lookup";

/** The workload of the mesh, as the checks read it. */
export interface ReadWorkload {
    /** The Deployment; or the Rollout, whose pods and counts are those of a Deployment. */
    readonly deployment: Lookup<V1Deployment>;
    /** The Rollout; `undefined` where a Deployment delivers. */
    readonly rollout?: ReadRollout;
}

/** A Rollout beyond what it shares with a Deployment. */
export interface ReadRollout {
    /** Its state. */
    readonly live: LiveRollout;
    /** `spec.strategy`, as it is. */
    readonly strategy: Readonly<Record<string, unknown>>;
}

/** The parts of a Rollout that a Deployment does not have in that form. */
const rolloutSchema = z.looseObject({
    spec: z.looseObject({ strategy: z.looseObject({}) }),
    status: z
        .looseObject({
            // The controller writes the generation as a text.
            observedGeneration: z.string().default(""),
            abort: z.boolean().default(false),
            conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
        })
        .prefault({}),
});

/** Reads the workload of the mesh. */
export async function readWorkload(
    { configuration }: Client,
    { namespace, names, mesh }: Expectation,
): Promise<ReadWorkload> {
    if (mesh.delivery.type === "rolling") {
        return {
            deployment: await lookup(
                `Deployment ${names.deployment}`,
                new AppsV1Api(configuration).readNamespacedDeployment({ name: names.deployment, namespace }),
            ),
        };
    }
    const [group = "", version = ""] = API_VERSION.split("/");
    const request: Promise<unknown> = new CustomObjectsApi(configuration).getNamespacedCustomObject({
        ...{ group, version, namespace },
        ...{ plural: "rollouts", name: names.deployment },
    });
    const found = await lookup(`Rollout ${names.deployment}`, request);
    if (!found.ok) {
        return { deployment: found };
    }
    const rollout = rolloutSchema.parse(found.value);
    return {
        deployment: { ok: true, value: asDeployment(rollout) },
        rollout: { live: parseRollout(JSON.stringify(found.value)), strategy: rollout.spec.strategy },
    };
}

/** A Rollout as the Deployment whose place it has. */
function asDeployment({ spec, status, ...object }: z.output<typeof rolloutSchema>): V1Deployment {
    const observedGeneration = Number.parseInt(status.observedGeneration, 10) || 0;
    // An aborted Rollout has reached its end, and waiting longer does not help: as a passed deadline.
    const aborted = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" };
    const others = status.conditions.filter(({ type }) => type !== "Progressing");
    return deploymentSchema.parse({
        ...object,
        spec: { ...spec, strategy: undefined },
        status: {
            ...status,
            observedGeneration,
            conditions: status.abort ? [...others, aborted] : status.conditions,
        },
    });
}

/** Both kinds have these fields with the same meaning, so what holds one holds the other. */
const deploymentSchema = z.custom<V1Deployment>((value) => typeof value === "object" && value !== null);
