"""The desk: take archives out as ZIP, one at once or several by a job."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.archives import actions, queries, tasks
from voluncity.service.archives.forms import PackageForm
from voluncity.service.archives.models import Archive, Package
from voluncity.service.archives.states import PackageState
from voluncity.service.archives.views.files import attachment
from voluncity.service.projects.models import Project
from voluncity.web.answers import guarded
from voluncity.web.forms import refusals_in

P = Permission
SHOWN, PROJECTS_MOST = 20, 300


@needs(P.SIGNUP_SEE)
@require_GET
def single(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over one archive with its originals and papers; who took it is journaled."""
    at, by = now(), user_of(request)
    archive: Archive = access.fetch(by, P.SIGNUP_SEE, Archive.objects.all(), at=at, pk=pk)
    whole = list(queries.whole(Archive.objects.filter(pk=archive.pk)))
    actions.note_single(archive=archive, by=by, at=at)
    response = StreamingHttpResponse(actions.pieces(whole, at=at), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="archive-{pk}.zip"'
    return guarded(response)  # type: ignore[return-value]  # what Django calls a response, too


@needs(P.SIGNUP_SEE)
@require_http_methods(["GET", "POST"])
def desk_packages(request: HttpRequest) -> HttpResponse:
    """Ask for a ZIP of several archives; show how far one's own are."""
    at, by = now(), user_of(request)
    today = local_date(at)
    archived = Project.objects.in_scope(scope_of(by, P.SIGNUP_SEE)).filter(
        activities__archive__isnull=False
    )
    newest = archived.order_by("-pk").values("pk").distinct()[:PROJECTS_MOST]
    form = PackageForm(
        request.POST if request.method == "POST" else None,
        projects=Project.objects.filter(pk__in=newest).order_by("name", "pk"),
        initial={"since": today.replace(month=1, day=1), "until": today},
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            wanted = actions.Wanted(**form.cleaned_data)
            package = actions.ask_package(wanted=wanted, by=by, at=at)
            tasks.make_package.enqueue(package.pk)
        if not form.errors:
            messages.success(request, "正在打包，完成后可以在这里下载。")
            return redirect("archives:packages")
    packages = list(queries.packages_of(by)[:SHOWN])
    context = {
        "form": form,
        "packages": packages,
        "is_waiting": any(one.state == PackageState.WAITING for one in packages),
    }
    is_part = request.headers.get("HX-Request") and request.method == "GET"
    template = "archives/packages.html#rows" if is_part else "archives/packages.html"
    return render(request, template, context, status=422 if form.errors else 200)


@needs(P.SIGNUP_SEE)
@require_safe
def package_file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over one's own package, while its file is kept."""
    package = (
        Package.objects.select_related("file")
        .filter(pk=pk, owner=request.user.pk, state=PackageState.READY)
        .first()
    )
    if package is None or package.file is None:
        raise NotFound("没有找到这个文件，或者它已经过期，请重新打包。")
    return attachment(package.file)
