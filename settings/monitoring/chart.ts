import { z } from "zod";
import * as p from "../shared/primitives";

/** Chart version that the program's values are tested with, on a real API server and with the policy pack. */
export const PROVEN_CHART_VERSION = "88.5.3";

const version = p
    .version(`an exact chart version, e.g. ${PROVEN_CHART_VERSION}`)
    .default(PROVEN_CHART_VERSION)
    .describe("Exact version of the chart; upgrade one major version at a time, with upgradeCrds");

const sha256 = (of: string) =>
    p.text(/^[a-f0-9]{64}$/, `the SHA-256 of ${of}, 64 lower-case hex digits: sha256sum FILE`);

const upgradeCrds = z
    .boolean()
    .default(false)
    .describe(
        "Let a Job of the chart upgrade the operator's CRDs, which Helm itself never does; required for a new major version",
    );

const checkReachable = z
    .boolean()
    .default(true)
    .describe("Stop if the chart's source does not respond; false leaves that to Helm");

/** Source of the chart kube-prometheus-stack. */
export const monitoringChart = z
    .discriminatedUnion(
        "type",
        [
            z.strictObject({
                type: z.literal("repository").describe("A Helm repository"),
                url: p.httpUrl
                    .default("https://prometheus-community.github.io/helm-charts")
                    .describe("URL of the repository"),
                version,
                upgradeCrds,
                checkReachable,
            }),
            z.strictObject({
                type: z.literal("oci").describe("An OCI registry, by digest"),
                reference: p.ociReference
                    .default("oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack")
                    .describe("Chart in the registry, without tag"),
                digest: p.digest.describe("Digest of the chart's manifest, which pins what is installed"),
                version,
                upgradeCrds,
                checkReachable,
            }),
            z.strictObject({
                type: z.literal("file").describe("A packed chart on this machine, for air-gapped networks"),
                path: p
                    .text(
                        /^[^\p{Cc}\p{Cf}]{1,4000}\.tgz$/u,
                        "the path of a packed chart (.tgz), absolute or relative to the project",
                    )
                    .describe("Packed chart; relative to the project"),
                sha256: sha256("the file").describe("SHA-256 of the file, checked before anything is created"),
                upgradeCrds,
            }),
            z.strictObject({
                type: z
                    .literal("existing")
                    .describe(
                        "The cluster's Prometheus operator is managed elsewhere: only ServiceMonitors, rules and dashboards are created",
                    ),
                createNamespace: z
                    .boolean()
                    .default(false)
                    .describe("Create monitoring.namespace for rules and dashboards; false: it exists already"),
                labels: p.labels
                    .default({ release: "prometheus" })
                    .describe("Labels by which that Prometheus selects ServiceMonitors and rules"),
            }),
        ],
        { error: "an object with type repository, oci, file or existing" },
    )
    .prefault({ type: "repository" });
