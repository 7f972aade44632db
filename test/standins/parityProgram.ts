import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1";
import { DaemonSet, Deployment, StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Namespace, ResourceQuota, Secret, Service, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { Provider, type ProviderArgs } from "@pulumi/kubernetes/provider";
import { ClusterRole, ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

/** What differs between the steps of the comparison. */
export interface Step {
    /** A value in data, annotations and images. */
    version: string;
    /** Label that the workloads select by; another one replaces them. */
    app: string;
}

/** Namespace of all namespaced objects; also the prefix of the custom kind's API group. */
export const NAMESPACE_NAME = "plugin-parity";

/** A program with the kinds that the project uses, in forms that are easy to get wrong: quantities, secrets. */
export function parityProgram(target: ProviderArgs, { version, app }: Step): void {
    const provider = new Provider("provider", target);
    const options = { provider };
    const own = new Namespace("namespace", { metadata: { name: NAMESPACE_NAME } }, options);
    const namespace = own.metadata.name;
    const labels = { app };
    const container = {
        name: "main",
        image: `example.com/app:${version}`,
        resources: { requests: { cpu: "0.1", memory: "1024Mi" }, limits: { cpu: "1000m", memory: "2048Mi" } },
    };
    const template = { metadata: { labels }, spec: { containers: [container] } };
    const selector = { matchLabels: labels };

    new ConfigMap("fixed", { metadata: { name: "fixed", namespace }, data: { version, "a.b": "1" } }, options);
    const stringData = { password: pulumi.secret("s3cret"), user: "u" };
    new Secret("secret", { metadata: { name: "secret", namespace }, stringData }, options);
    const account = new ServiceAccount("account", { metadata: { name: "account", namespace } }, options);
    const annotations = { "example.com/version": version };
    new Deployment(
        "deployment",
        { metadata: { name: "app", namespace, annotations }, spec: { replicas: 2, selector, template } },
        { provider, dependsOn: account },
    );
    new StatefulSet(
        "set",
        {
            metadata: { name: "set", namespace },
            spec: {
                serviceName: "headless",
                selector: { matchLabels: { set: "1" } },
                template: { ...template, metadata: { labels: { set: "1" } } },
            },
        },
        options,
    );
    new DaemonSet(
        "daemons",
        {
            metadata: { name: "daemons", namespace },
            spec: {
                selector: { matchLabels: { ds: "1" } },
                template: { ...template, metadata: { labels: { ds: "1" } } },
            },
        },
        options,
    );
    const ports = [
        { name: "http", port: 80 },
        { name: "metrics", port: 9090 },
    ];
    new Service("service", { metadata: { name: "app", namespace }, spec: { selector: labels, ports } }, options);
    new Service("headless", { metadata: { name: "headless", namespace }, spec: { clusterIP: "None", ports } }, options);
    new PodDisruptionBudget(
        "budget",
        { metadata: { name: "app", namespace }, spec: { minAvailable: 1, selector } },
        options,
    );
    const hard = { pods: "50", "limits.memory": "102400Mi" };
    new ResourceQuota("quota", { metadata: { name: "quota", namespace }, spec: { hard } }, options);
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
    const role = new ClusterRole("role", { metadata: { name: NAMESPACE_NAME }, rules }, options);
    new ClusterRoleBinding(
        "binding",
        {
            metadata: { name: NAMESPACE_NAME },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
            subjects: [{ kind: "ServiceAccount", name: "account", namespace }],
        },
        options,
    );
    const group = `${NAMESPACE_NAME}.example.com`;
    const openAPIV3Schema = { type: "object", x_kubernetes_preserve_unknown_fields: true };
    const definition = new CustomResourceDefinition(
        "definition",
        {
            metadata: { name: `widgets.${group}` },
            spec: {
                group,
                scope: "Namespaced",
                names: { plural: "widgets", singular: "widget", kind: "Widget" },
                versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
            },
        },
        options,
    );
    new CustomResource(
        "widget",
        { apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "widget", namespace }, spec: { version } },
        { provider, dependsOn: definition },
    );
}
