import type { ClusterKind } from "../request";
import { embedded } from "./embedded";
import { existing } from "./existing";
import { k3d } from "./k3d";
import { k3s } from "./k3s";
import { kind } from "./kind";
import { minikube } from "./minikube";
import type { Provider } from "./provider";

export { CannotContinue } from "./provider";
export type { Ensured, Provider, ProviderSurroundings } from "./provider";

/** Every kind of cluster. */
export const providers: Readonly<Record<ClusterKind, Provider>> = { k3s, k3d, kind, minikube, embedded, existing };
