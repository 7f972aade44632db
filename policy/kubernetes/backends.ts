import type { Field } from "../engine/field";
import { kindName } from "./kinds";
import type { Subject } from "./subject";

/** Route kinds of the Gateway API. */
const GATEWAY_ROUTES: readonly string[] = ["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"].map(
    (kind) => `${kind}.gateway.networking.k8s.io`,
);

/** Kinds that route requests to Services. */
export const ROUTE_KINDS: readonly string[] = ["Ingress.networking.k8s.io", "Ingress.extensions", ...GATEWAY_ROUTES];

/** A Service backend of a route. */
export interface Backend {
    /** Field with its name. */
    readonly name: Field;
    /**
     * Field with its namespace; unset means that of the route. None for an Ingress, whose backends are in its own
     * namespace.
     */
    readonly namespace?: Field;
    /** Field with its port, a number or a name. */
    readonly port: Field;
}

/** The Service backends of a route. Backends of other kinds are left out. Throws what reading the fields throws. */
export function backendsOf(route: Subject): Backend[] {
    const spec = route.object.at("spec");
    if (GATEWAY_ROUTES.includes(kindName(route))) {
        return spec.at("rules").items().flatMap(ofRule);
    }
    const backends = [
        spec.at("defaultBackend"),
        // The name of this field in old versions.
        spec.at("backend"),
        ...spec
            .at("rules")
            .items()
            .flatMap((rule) => rule.at("http", "paths").items())
            .map((path) => path.at("backend")),
    ];
    return backends.filter((backend) => backend.isSet()).map(ofIngress);
}

function ofIngress(backend: Field): Backend {
    const service = backend.at("service");
    if (!service.isSet()) {
        return { name: backend.at("serviceName"), port: backend.at("servicePort") };
    }
    const port = service.at("port");
    return { name: service.at("name"), port: port.at(port.peek("number") === undefined ? "name" : "number") };
}

function ofRule(rule: Field): Backend[] {
    const filters = [
        ...rule.at("filters").items(),
        ...rule
            .at("backendRefs")
            .items()
            .flatMap((reference) => reference.at("filters").items()),
    ];
    const mirrors = filters.map((filter) => filter.at("requestMirror", "backendRef")).filter((field) => field.isSet());
    return [...rule.at("backendRefs").items(), ...mirrors]
        .filter(
            (reference) =>
                (reference.at("group").string() ?? "") === "" &&
                (reference.at("kind").string() ?? "Service") === "Service",
        )
        .map((reference) => ({
            name: reference.at("name"),
            namespace: reference.at("namespace"),
            port: reference.at("port"),
        }));
}
