export { CannotRun, messageOf } from "../terminal/cannotRun";
