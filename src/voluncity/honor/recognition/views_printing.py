"""The desk: print the certificates of many."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.files import queries as files
from voluncity.city.orgs.models import Organization
from voluncity.city.people.asking import user_of
from voluncity.honor.recognition import actions, queries, tasks
from voluncity.honor.recognition.forms import PeopleForm, PickOrganizationForm, PrintingForm
from voluncity.honor.recognition.models import PrintJob
from voluncity.honor.recognition.queries import Printable, Wanted
from voluncity.honor.recognition.states import CertificateKind, PrintState
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in

P = Permission
UNPROCESSABLE = 422
SHOWN = 20


@needs(P.CERTIFICATE_PRINT)
@never_cache
@require_safe
def desk_prints(request: HttpRequest) -> HttpResponse:
    """Choose an organization, and show how far one's own jobs are."""
    near = Organization.objects.in_scope(scope_of(request.user, P.CERTIFICATE_PRINT))
    url = f"{reverse('orgs:pick')}?may={P.CERTIFICATE_PRINT}&field=organization"
    form = PickOrganizationForm(
        request.GET if "organization" in request.GET else None, near=near, url=url
    )
    if form.is_bound and form.is_valid():
        return redirect("recognition:desk_print", form.cleaned_data["organization"].pk)
    jobs = list(queries.jobs_of(user_of(request))[:SHOWN])
    context = {
        "form": form,
        "jobs": jobs,
        "is_waiting": any(one.state == PrintState.WAITING for one in jobs),
        "few": list(near.order_by("path")[:6]),
    }
    is_part = request.headers.get("HX-Request")
    template = "recognition/desk_prints.html#rows" if is_part else "recognition/desk_prints.html"
    return render(request, template, context, status=UNPROCESSABLE if form.errors else 200)


@needs(P.CERTIFICATE_PRINT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose people of an organization and ask for their certificates."""
    organization = _organization(request, pk)
    sifting = PeopleForm(
        request.GET if "kind" in request.GET else {"kind": CertificateKind.LIFETIME},
        activities=queries.activities_to_print(organization),
    )
    found: list[Printable] = []
    wanted = Wanted(organization=organization)
    if sifting.is_valid():
        wanted = sifting.wanted(organization)
        found = queries.printable(wanted, words=sifting.cleaned_data["q"])
    form = PrintingForm(request.POST if request.method == "POST" else None, found=found)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            job = actions.ask_prints(plan=_plan(form, wanted), by=user_of(request), at=now())
            tasks.make_prints.enqueue(job.pk)
        if not form.errors:
            messages.success(request, "正在生成，完成后可以在这里下载。每位志愿者都会收到消息。")
            return redirect("recognition:desk_prints")
    context = {
        "organization": organization,
        "sifting": sifting,
        "found": found,
        "form": form,
        "ticked": form.ticked,
        "scope": wanted.words,
    }
    status = UNPROCESSABLE if form.errors or sifting.errors else 200
    return render(request, "recognition/desk_print.html", context, status=status)


def _plan(form: PrintingForm, wanted: Wanted) -> actions.PrintPlan:
    said = form.cleaned_data
    return actions.PrintPlan(wanted, form.ids, said["words"], said["form"])


def _organization(request: HttpRequest, pk: int) -> Organization:
    found: Organization = access.fetch(
        request.user, P.CERTIFICATE_PRINT, Organization.objects.all(), at=now(), pk=pk
    )
    return found


@needs(P.CERTIFICATE_PRINT)
@never_cache
@require_safe
def desk_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one's own job: whose certificates, and for whom there is none and why."""
    job = queries.jobs_of(user_of(request)).filter(pk=pk).first()
    if job is None:
        raise NotFound("没有找到这次打印，请回到批量打印。")
    papers = job.papers.select_related("volunteer", "certificate").order_by("pk")
    return render(request, "recognition/desk_job.html", {"job": job, "papers": papers})


@needs(P.CERTIFICATE_PRINT)
@require_safe
def desk_job_file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over the file of one's own job, while it is kept."""
    job: PrintJob | None = (
        queries.jobs_of(user_of(request)).filter(pk=pk, state=PrintState.READY).first()
    )
    if job is None or job.file is None:
        raise NotFound("没有找到这个文件，或者它已经过期，请重新打印。")
    return hand_over(
        files.opened(job.file), content_type=job.file.content_type,
        filename=job.file.original_name, is_attachment=True,
    )  # fmt: skip
