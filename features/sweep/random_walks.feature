Feature: Random walks
  People do what they can, machines fail, and a reference model says after each act what everybody must see. `rehearse
  sweep` takes many longer walks of the same kind, and writes what fails as a feature like the last two scenarios here.

  Background:
    Given the site "sweep"
    And the reference model watches

  Scenario: Nothing goes wrong
    When 60 random things happen

  Scenario Outline: <faults> faults
    When 40 random things happen, with <faults> faults

    Examples:
      | faults   |
      | consoles |
      | network  |
      | all      |

  @SHR-09 @QUE-11
  Scenario: A story as the sweep writes it
    Given Carla is a customer with a Windows PC
    When Casey signs in to the desktop console
    And Casey turns extended availability on
    And Alex signs in to the desktop console
    And Carla opens the portal
    And Carla picks the issue "Printer prints nothing" from the open page
    And the appliance loses power
    And the appliance starts again
    Then Carla is told to wait at place 1

  Scenario: The same before it is written for people
    Given Carla is a customer with a Windows PC
    When what can happen of this happens:
      """
      {"customer_opens_portal":{"customer":"Carla","portal":null}}
      {"customer_picks_issue":{"customer":"Carla","issue":"No network"}}
      {"rep_ends":{"rep":"Alex","customer":"Carla"}}
      """
    Then Carla is told to wait at place 1
