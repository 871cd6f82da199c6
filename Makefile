# What the project's commands are. "make check" is all that has to be green.
MAVEN ?= mvn -B -ntp

.PHONY: check test it format run bench chart image-dry load peers

check: ## compile with Error Prone and NullAway, test, format, Checkstyle, coverage
	$(MAVEN) verify

test: ## unit tests
	$(MAVEN) test

it: ## all tests, without the other gates
	$(MAVEN) verify -Dchecks.skip -Djacoco.skip

format: ## format every Java file
	$(MAVEN) -q validate antrun:run@checks exec:exec@format

run: ## serve at port 8080
	$(MAVEN) spring-boot:run

bench: ## the benchmark's table, beside what the machine can do
	$(MAVEN) -q package -DskipTests -Dchecks.skip
	$$(image/jdk25)/bin/java -jar target/chameleon.jar bench

chart: ## lint and render the Helm chart
	helm/check

image-dry: ## run each RUN line of the Dockerfile in a plain folder
	image/dry-run

load: ## 30 s of streams over all adapters against the demo
	load-tests/run

peers: ## transformers + PEFT on the same model, threads and prompts
	load-tests/peers/run
