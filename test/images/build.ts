/* `npm run images:samples`: builds the samples whose build takes most of a minute, for the tests that start them. */
import { buildNextjs } from "../support/samples";

buildNextjs();
