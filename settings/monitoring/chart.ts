import { z } from "zod";
import * as p from "../shared/primitives";

/** Chart version that the program's values were proven with, on a real API server and by the policy pack. */
export const PROVEN_CHART_VERSION = "88.5.3";

const version = p
    .text(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/, `an exact chart version, e.g. ${PROVEN_CHART_VERSION}`)
    .default(PROVEN_CHART_VERSION)
    .describe("Exact version of the chart; one major version at a time, and with upgradeCrds");

const sha256 = (of: string) =>
    p.text(/^[a-f0-9]{64}$/, `the SHA-256 of ${of}, 64 lower-case hex digits: sha256sum FILE`);

const OCI_REFERENCE = "oci://REGISTRY/PATH without tag";

const upgradeCrds = z
    .boolean()
    .default(false)
    .describe(
        "Let a job of the chart upgrade the operator's CRDs, which Helm itself never does; needed for a new major",
    );

const checkReachable = z
    .boolean()
    .default(true)
    .describe("Stop when the chart's source does not answer; false leaves it to helm");

/** Where the chart kube-prometheus-stack comes from. */
export const monitoringChart = z
    .discriminatedUnion(
        "type",
        [
            z.strictObject({
                type: z.literal("repository").describe("A Helm repository"),
                url: p.httpUrl
                    .default("https://prometheus-community.github.io/helm-charts")
                    .describe("Address of the repository"),
                version,
                upgradeCrds,
                checkReachable,
            }),
            z.strictObject({
                type: z.literal("oci").describe("An OCI registry, by digest"),
                reference: p
                    .text(/^oci:\/\/[a-z0-9.-]+(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/, OCI_REFERENCE)
                    .refine((reference) => URL.canParse(reference), { error: OCI_REFERENCE })
                    .default("oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack")
                    .describe("Chart in the registry, without tag"),
                digest: p.digest.describe("Digest of the chart's manifest; it decides what is installed"),
                version,
                upgradeCrds,
                checkReachable,
            }),
            z.strictObject({
                type: z.literal("file").describe("A packed chart on this machine, for closed networks"),
                path: p
                    .text(/^[^\0]+\.tgz$/, "the path of a packed chart (.tgz), absolute or relative to the project")
                    .describe("Packed chart; relative to the project"),
                sha256: sha256("the file").describe("SHA-256 of the file, checked before anything is created"),
                upgradeCrds,
            }),
            z.strictObject({
                type: z
                    .literal("existing")
                    .describe(
                        "The cluster's Prometheus operator is somebody else's: only ServiceMonitors, rules and dashboards are made",
                    ),
                createNamespace: z
                    .boolean()
                    .default(false)
                    .describe("Make monitoring.namespace for rules and dashboards; false: it is there already"),
                labels: p.stringMap
                    .default({ release: "prometheus" })
                    .describe("Labels by which that Prometheus selects ServiceMonitors and rules"),
            }),
        ],
        { error: "an object with type repository, oci, file or existing" },
    )
    .prefault({ type: "repository" });
