run test:
	sh lab.sh $@
