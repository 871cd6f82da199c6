# What the project's commands are. "make check" is all that has to be green.
MAVEN ?= mvn -B -ntp
# Folder of the published traces; what is not there is left out.
TRACES ?= ../shared/data/traces

.PHONY: check test it long format run bench proofs cliff ramp slow-source fit honest overload paper fuzz fuzz-scheduler adaptive jmh chart image-dry load peers

check: ## compile with Error Prone and NullAway, test, format, Checkstyle, coverage
	$(MAVEN) verify

test: ## unit tests
	$(MAVEN) test

it: ## the tests of check, without the other gates
	$(MAVEN) verify -Dchecks.skip -Djacoco.skip

long: ## the tests at their whole length: each seed, step and stream of those that verify shortens
	$(MAVEN) verify -Dchecks.skip -Djacoco.skip -Dchameleon.tests.long=true

format: ## format every Java file
	$(MAVEN) -q validate antrun:run@checks exec:exec@format

run: ## serve at port 8080
	$(MAVEN) spring-boot:run

bench: ## the benchmark's table, beside what the machine can do
	$(MAVEN) -q package -DskipTests -Dchecks.skip
	$$(image/jdk25)/bin/java -jar target/chameleon.jar bench

proofs: cliff ramp slow-source ## the three below

cliff: ## time to first token over the number of adapters, about 20 minutes
	$(MAVEN) -q package -DskipTests -Dchecks.skip
	$$(image/jdk25)/bin/java -jar target/chameleon.jar bench cliff $(CLIFF)

ramp: ## who has the memory while long prompts come and go, about 2 minutes
	$(MAVEN) -q package -DskipTests -Dchecks.skip
	$$(image/jdk25)/bin/java -jar target/chameleon.jar bench ramp $(RAMP)

slow-source: ## time to first token beside adapters that take 10 s a read, or fail, about 5 minutes
	$(MAVEN) -q test -Dtest=SlowSourceIT -Dtests.excluded=none -Djacoco.skip $(SLOW_SOURCE)

fit: ## the simulator's profile of this machine, about 3 minutes
	$(MAVEN) -q package -DskipTests -Dchecks.skip
	$$(image/jdk25)/bin/java -jar target/chameleon.jar bench fit $(FIT)

honest: ## the live service beside the simulator, four policies at three loads, about 16 minutes
	$(MAVEN) -q package -DskipTests -Dchecks.skip
	$$(image/jdk25)/bin/java -jar target/chameleon.jar bench honest $(HONEST)

overload: ## ten times what the service can do, about 3 minutes
	$(MAVEN) -q package -DskipTests -Dchecks.skip
	$$(image/jdk25)/bin/java -jar target/chameleon.jar bench overload $(OVERLOAD)

adaptive: ## the policy adaptive beside its baselines, simulated, about 20 minutes
	$(MAVEN) -q package -DskipTests -Dchecks.skip
	$$(image/jdk25)/bin/java -jar target/chameleon.jar simulate adaptive --traces $(TRACES) $(ADAPTIVE)

paper: ## the Chameleon paper's evaluation on a virtual clock, and what its headlines hang on; on two cores some 15 minutes
	$(MAVEN) -q package -DskipTests -Dchecks.skip
	$$(image/jdk25)/bin/java -jar target/chameleon.jar simulate paper --traces $(TRACES) $(PAPER)
	$$(image/jdk25)/bin/java -jar target/chameleon.jar simulate sensitivity $(SENSITIVITY)

fuzz: ## a million random steps of the pool, over three seeds
	$(MAVEN) -q test -Dtest=PoolFuzzTest -Djacoco.skip -Dchameleon.fuzz.steps=1000000 -Dchameleon.fuzz.seeds=3

fuzz-scheduler: ## 100,000 random lives of the scheduler under each policy, and as many held to the quotas
	$(MAVEN) -q test -Dtest=PolicyPropertiesTest,ChameleonPolicyPropertyTest -Djacoco.skip \
		-Dchameleon.fuzz.runs=100000 -Dchameleon.policy.runs=100000

jmh: ## time and heap bytes of asking for a resident adapter and of a scheduling pass, about 8 minutes
	$(MAVEN) -q test-compile exec:exec@jmh

chart: ## lint and render the Helm chart
	helm/check

image-dry: ## run each RUN line of the Dockerfile in a plain folder
	image/dry-run

load: ## 30 s of streams over all adapters against the demo
	load-tests/run

peers: ## transformers + PEFT on the same model, threads and prompts
	load-tests/peers/run
