import { badStack } from "./program";

badStack();
