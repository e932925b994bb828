# Everything is done by ./run; this file only forwards.
.PHONY: demo test check format notebooks lab bench bench-loading setup
demo test check format notebooks lab bench bench-loading setup:
	@./run $@
