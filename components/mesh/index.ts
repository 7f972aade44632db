import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2";
import { ConfigMap, Service, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { ClusterRole, ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";
import { isRollout } from "../../settings/mesh/delivery";
import { Delivery } from "../delivery";
import { VERSIONED_LABEL } from "../delivery/names";
import { mapOrNone } from "../shared/compact";
import { closedNamespace } from "../shared/closedNamespace";
import { labels } from "../shared/labels";
import { type MeshAppArgs, recorded } from "./args";
import { autoscalerSpec, disruptionBudgetSpec } from "./availability";
import { configData, configMapName } from "./config";
import { namespaceExemptions, networkPolicyExemptions } from "./exemptions";
import { APP, meshNames } from "./names";
import { networkPolicySpecs } from "./networkPolicies";
import { CLUSTER_ROLE_RULES } from "./rbac";
import { generatedSecret, secretName, type SecretRef } from "./secret";
import { deployServiceMesh } from "./serviceMesh";
import { namespaceJoinAnnotations, namespaceJoinLabels, serviceJoinAnnotations } from "./serviceMesh/join";
import { serviceMeshPolicySpecs } from "./serviceMesh/networkPolicies";
import { meshService, switchedServices } from "./mainService";
import { headlessService, metricsService, SCRAPE_LABEL } from "./services";
import { meshWorkload } from "./workload";

export type { MeshAppArgs, MeshLive } from "./args";

/** The x0tta6bl4 mesh app with everything that it needs in its namespace. */
export class MeshApp extends pulumi.ComponentResource {
    /** Namespace of the app. */
    public readonly namespace: pulumi.Output<string>;
    /** Name of the Deployment, or of the Rollout; known once the pods of its creation are there. */
    public readonly deployment: pulumi.Output<string>;
    /** Name of the ConfigMap that the newest version uses. */
    public readonly configMap: string;
    /** Name of the Secret that the newest version uses. */
    public readonly secretName: string;
    /** Name of the Service for http and mesh. */
    public readonly service: pulumi.Output<string>;
    /** Name of the Service that is scraped. */
    public readonly metricsService: pulumi.Output<string>;

    constructor(name: string, args: MeshAppArgs, opts?: pulumi.ComponentResourceOptions) {
        const { settings, environment, spire } = args;
        // Decisions from the live objects are not inputs: they would be a change in every other preview.
        super("x0tta6bl4:mesh:MeshApp", name, { environment, settings: recorded(settings), spire }, opts);
        const names = meshNames(environment);
        const parent = { parent: this };
        const appLabels = labels(APP, "mesh-node", environment);

        const { namespace, policies: networkPolicies } = closedNamespace(
            `${name}-namespace`,
            {
                name: settings.namespace,
                labels: { ...appLabels, ...namespaceJoinLabels(args) },
                annotations: { ...namespaceExemptions(args), ...namespaceJoinAnnotations(args) },
                level: settings.podSecurity.level,
                podSecurityVersion: settings.podSecurity.version,
                allowed: settings.networkPolicy.enabled
                    ? { ...networkPolicySpecs(args), ...serviceMeshPolicySpecs(args) }
                    : undefined,
                policyResource: (policy) => `${name}-${policy}`,
                policyMetadata: (policy) => ({
                    name: `${names.app}-${policy}`,
                    labels: appLabels,
                    annotations: mapOrNone(networkPolicyExemptions(policy)),
                }),
            },
            this,
        );
        const metadata = (objectName: string, extra: Record<string, string> = {}) => ({
            name: objectName,
            namespace: namespace.metadata.name,
            labels: { ...appLabels, ...extra },
        });

        // With a Rollout a changed configuration is another object, and the old one stays for the pods that use it.
        const keeps = isRollout(settings.delivery);
        const versionLabels: Record<string, string> = keeps ? { [VERSIONED_LABEL]: "true" } : {};
        const kept = keeps ? { retainOnDelete: true } : {};
        const immutable = keeps ? { immutable: true } : {};

        const serviceAccount = new ServiceAccount(
            `${name}-service-account`,
            {
                metadata: { ...metadata(names.app), annotations: mapOrNone(settings.serviceAccount.annotations) },
                automountServiceAccountToken: settings.serviceAccount.mountToken,
            },
            parent,
        );
        const clusterRole = new ClusterRole(
            `${name}-cluster-role`,
            { metadata: { name: names.clusterRole, labels: appLabels }, rules: CLUSTER_ROLE_RULES },
            parent,
        );
        // Without a token in the pods, the permissions would be unused.
        const permissions = settings.serviceAccount.mountToken
            ? [
                  new ClusterRoleBinding(
                      `${name}-cluster-role-binding`,
                      {
                          metadata: { name: names.clusterRole, labels: appLabels },
                          roleRef: {
                              apiGroup: "rbac.authorization.k8s.io",
                              kind: "ClusterRole",
                              name: clusterRole.metadata.name,
                          },
                          subjects: [{ kind: "ServiceAccount", name: names.app, namespace: namespace.metadata.name }],
                      },
                      parent,
                  ),
              ]
            : [];
        const configMap = new ConfigMap(
            `${name}-config`,
            { metadata: metadata(configMapName(args), versionLabels), data: configData(args), ...immutable },
            { ...parent, ...kept },
        );
        const { secret, dependencies } = this.secret(name, args, metadata(secretName(args), versionLabels), kept);
        const context = { name, namespace: namespace.metadata.name, labels: appLabels, parent: this };
        const guards = deployServiceMesh(args, context);
        const switched = settings.delivery.type === "blueGreen" ? switchedServices(args, context) : [];
        const deployment = meshWorkload(name, args, metadata(names.app), secret, {
            ...parent,
            // The pods start with their permissions, configuration, network rules and those of the service mesh in place.
            dependsOn: [
                serviceAccount,
                ...permissions,
                configMap,
                ...networkPolicies,
                ...guards,
                ...dependencies,
                ...this.controller(args, namespace.metadata.name),
                ...switched,
            ],
        });
        const service = switched[0] ?? meshService(args, context, deployment);
        const metrics = new Service(
            `${name}-metrics-service`,
            {
                metadata: metadata(names.metricsService, settings.metrics.enabled ? SCRAPE_LABEL : {}),
                spec: metricsService(args),
            },
            { ...parent, dependsOn: deployment },
        );
        if (settings.service.headless) {
            // Pods look for their peers while they start: the Service must not wait for them.
            new Service(
                `${name}-headless-service`,
                {
                    metadata: {
                        ...metadata(names.headlessService),
                        annotations: { "pulumi.com/skipAwait": "true", ...serviceJoinAnnotations(args) },
                    },
                    spec: headlessService(args),
                },
                parent,
            );
        }
        if (settings.autoscaling.enabled) {
            new HorizontalPodAutoscaler(
                `${name}-autoscaler`,
                { metadata: metadata(names.app), spec: autoscalerSpec(args) },
                { ...parent, dependsOn: deployment },
            );
        }
        if (settings.disruptionBudget.enabled) {
            new PodDisruptionBudget(
                `${name}-disruption-budget`,
                { metadata: metadata(names.app), spec: disruptionBudgetSpec(args) },
                parent,
            );
        }

        this.configMap = configMapName(args);
        this.secretName = secret.name;
        this.namespace = namespace.metadata.name;
        this.deployment = deployment.metadata.name;
        this.service = service.metadata.name;
        this.metricsService = metrics.metadata.name;
        this.registerOutputs({
            namespace: this.namespace,
            deployment: this.deployment,
            service: this.service,
            metricsService: this.metricsService,
        });
    }

    /** The user's Secret, or a generated one with the resources that the Deployment waits for. */
    private secret(
        name: string,
        { settings, live }: MeshAppArgs,
        metadata: { name: string; namespace: pulumi.Input<string>; labels: Record<string, string> },
        opts: pulumi.CustomResourceOptions,
    ): { secret: SecretRef; dependencies: pulumi.Resource[] } {
        if (settings.secret.existingName !== undefined) {
            return { secret: { name: settings.secret.existingName }, dependencies: [] };
        }
        const generated = generatedSecret(
            {
                name: `${name}-secret`,
                metadata,
                rotation: settings.secret.rotation,
                operatorKey: live?.operatorKey ?? "password",
            },
            { ...opts, parent: this },
        );
        return { secret: generated, dependencies: [generated.resource] };
    }

    /** This stack's own controller of Rollouts, which is there before the Rollout and goes after it; none with a Deployment. */
    private controller({ settings, environment, analysis }: MeshAppArgs, namespace: pulumi.Input<string>): Delivery[] {
        const { delivery, networkPolicy } = settings;
        const { app, previewService } = meshNames(environment);
        return isRollout(delivery) && delivery.controller.type === "install"
            ? [
                  new Delivery(
                      "delivery",
                      {
                          environment,
                          namespace,
                          controller: delivery.controller,
                          switched: delivery.type === "blueGreen" ? [app, previewService] : [],
                          networkPolicy,
                          prometheus: analysis?.prometheus,
                      },
                      { parent: this },
                  ),
              ]
            : [];
    }
}
