/** Environment variable with the folder where the processes of one test run keep plans for each other; emptied before each. */
export const plansVariable = "GROUNDWORK_TEST_PLANS";
