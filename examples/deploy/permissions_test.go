package deploy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

// onEverything are the actions that may be allowed on "*", because AWS knows no resource for them.
var onEverything = []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}

// ofWorkflows are those of a workflow's role beside them: for X-Ray's sampling, and for the delivery of logs, which Step Functions
// sets up with that role.
var ofWorkflows = []string{
	"xray:GetSamplingRules", "xray:GetSamplingTargets", "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups",
	"logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
}

// statement is one statement of a policy.
type statement struct {
	where, effect      string
	actions, resources []string
}

// checkPermissions holds every policy to what the functions need. All documents are looked at, so that none is forgotten.
func checkPermissions(d *deployment) {
	documents := func(tmpl *templatetest.Template, typ string, path ...string) {
		for _, r := range tmpl.Resources(typ) {
			if n, err := r.Lookup(path...); err == nil {
				d.everything(d.statements(n, r.Name))
			} else {
				d.report("%v", err)
			}
		}
	}
	documents(d.terraform, "aws_iam_role_policy", "policy")
	for _, typ := range []string{"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"} {
		documents(d.sam, typ, "Properties", "PolicyDocument")
	}
	for _, r := range d.sam.Resources("AWS::IAM::Role") {
		d.everything(d.samPolicies(r.Name))
		if n, err := r.Lookup("Properties", "ManagedPolicyArns"); err == nil && strings.Contains(fmt.Sprint(expressions(n)), "arn:") {
			d.report("%v: a policy from elsewhere is not looked at: write its statements here", n.Pos())
		}
	}
	for _, typ := range []string{"aws_iam_policy", "aws_iam_role_policy_attachment", "aws_iam_policy_attachment"} {
		for _, r := range d.terraform.Resources(typ) {
			d.report("%v: a policy from elsewhere is not looked at: write an aws_iam_role_policy", r.Pos)
		}
	}
	for _, f := range d.functions {
		d.allows(f, "SAM", d.samPolicies(f.sam+"Role"), 0)
		policy := "aws_iam_role_policy " + cmp.Or(f.policy, f.terraform)
		if n, ok := d.at(policy + " policy"); ok {
			d.allows(f, "Terraform", d.statements(n, policy), 1)
		}
		role := cmp.Or(f.role, "aws_iam_role."+f.terraform)
		each := role
		if f.role != "" {
			each, _, _ = strings.Cut(role, "[")
			each += "[each.key]"
		}
		// The policy must be the role's, and the role the function's.
		for place, want := range map[string]string{
			policy + " role": role + ".id",
			"aws_lambda_function " + f.terraform + " role": each + ".arn",
		} {
			if n, ok := d.at(place); ok && !slices.Equal(expressions(n), []string{want}) {
				d.report("%s is %q, want %s", place, expressions(n), want)
			}
		}
		function := "AWS::Serverless::Function " + f.sam
		if n, ok := d.at(function + " Role"); ok && !slices.Equal(expressions(n), []string{"!GetAtt " + f.sam + "Role.Arn"}) {
			d.report("%s: the role is %q", function, expressions(n))
		}
	}
}

// samPolicies are the statements of a role. SAM adds nothing to it: with a role of its own a function gets no managed policies.
func (d *deployment) samPolicies(role string) []statement {
	place := "AWS::IAM::Role " + role + " Policies"
	policies, ok := d.at(place)
	if !ok {
		return nil
	}
	items, err := policies.Items()
	if err != nil {
		d.report("%v", err)
	}
	var all []statement
	for _, item := range items {
		document, err := item.Lookup("PolicyDocument")
		if err != nil {
			d.report("%v", err)
			continue
		}
		all = append(all, d.statements(document, place)...)
	}
	return all
}

func (d *deployment) statements(document templatetest.Node, where string) []statement {
	list, err := document.Lookup("Statement")
	if err != nil {
		d.report("%s: %v", where, err)
		return nil
	}
	items, err := list.Items()
	if err != nil {
		d.report("%s: %v", where, err)
	}
	var all []statement
	for _, item := range items {
		s := statement{where: item.Pos().String()}
		for name, texts := range map[string]*[]string{"Action": &s.actions, "Resource": &s.resources} {
			n, err := item.Lookup(name)
			if err != nil {
				d.report("%s: %v", where, err)
				continue
			}
			*texts = expressions(n)
		}
		effect, err := item.Lookup("Effect")
		if err == nil {
			s.effect = expressions(effect)[0]
		}
		all = append(all, s)
	}
	return all
}

// everything reports what is allowed on every resource and has no reason to be, and actions that are not named.
func (d *deployment) everything(all []statement) {
	denied := slices.ContainsFunc(all, func(s statement) bool { return s.effect == "Deny" && slices.Contains(s.resources, "*") })
	for _, s := range all {
		for _, action := range s.actions {
			if s.effect == "Allow" && strings.Contains(action, "*") {
				d.report("%s: %s: name the actions", s.where, action)
			}
			if s.effect != "Allow" || !slices.Contains(s.resources, "*") || slices.Contains(onEverything, action) ||
				d.workflow != nil && slices.Contains(ofWorkflows, action) {
				continue
			}
			// Lambda's own, which the function's code is denied.
			if !slices.Contains(network, action) || !denied {
				d.report("%s: %s is allowed on every resource", s.where, action)
			}
		}
	}
}

// allows compares the statements of a function's role with what it needs. side says whose names of resources they have.
func (d *deployment) allows(f function, by string, all []statement, side int) {
	names := map[string]string{"*": "*"}
	for name, both := range d.arns {
		names[both[side]] = name
	}
	var got, want []string
	for _, s := range all {
		for _, resource := range s.resources {
			name, ok := names[resource]
			if !ok {
				d.report("%s: the resource %s has no name in the table of arns", s.where, resource)
				continue
			}
			for _, action := range s.actions {
				got = append(got, fmt.Sprint(s.effect, " ", action, " on ", name))
			}
		}
	}
	for _, action := range onEverything {
		want = append(want, "Allow "+action+" on *")
	}
	for _, may := range []map[string][]string{f.code, f.lambda} {
		for _, name := range slices.Sorted(maps.Keys(may)) {
			for _, action := range may[name] {
				want = append(want, "Allow "+action+" on "+name)
			}
		}
	}
	d.compare(f.pkg+": permissions", by, got, "the function", want)
}
